import type { ChangeEvent, ReactNode } from 'react';

/** Taro's components as plain elements, with the events that the app listens to. */
interface Props {
  className?: string;
  id?: string;
  children?: ReactNode;
  onClick?: (event: unknown) => void;
  role?: string;
  ariaLabel?: string;
  [name: string]: unknown;
}

const name = (props: Props) => (props['aria-label'] as string | undefined) ?? props.ariaLabel;

export function View({ className, id, children, onClick, role, ...rest }: Props) {
  const button = role ?? (rest['ariaRole'] as string | undefined);
  return (
    <div className={className} id={id} role={button} aria-label={name(rest)} onClick={onClick}>
      {children}
    </div>
  );
}

export function Text({ className, children }: Props) {
  return <span className={className}>{children}</span>;
}

interface FieldProps extends Props {
  value?: string;
  placeholder?: string;
  onInput?: (event: { detail: { value: string } }) => void;
  nativeProps?: Record<string, string>;
}

const typed = (onInput: FieldProps['onInput']) => (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
  onInput?.({ detail: { value: event.target.value } });

export function Input({ value, placeholder, onInput, ...rest }: FieldProps) {
  return <input aria-label={name(rest)} value={value ?? ''} placeholder={placeholder} onChange={typed(onInput)} />;
}

export function Textarea({ value, placeholder, onInput, ...rest }: FieldProps) {
  return <textarea aria-label={name(rest)} value={value ?? ''} placeholder={placeholder} onChange={typed(onInput)} />;
}

export function Image({ className, src }: Props & { src?: string }) {
  return <img className={className} src={src} alt="" />;
}

export { View as Button, View as Canvas, View as Picker };
