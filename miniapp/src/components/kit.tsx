import { Button as NativeButton, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import type { ReactNode } from 'react';
import { words } from '../words';
import { goBack } from './go';
import { useStore } from './store';
import { TEXT_SIZES, textSizeStore } from './text-size';

const MINI = process.env['TARO_ENV'] !== 'h5';

/** What makes a View a button for screen readers and keyboards, in the words of each platform. */
function asButton(label: string | undefined, on: boolean | undefined): object {
  if (MINI) return { ariaRole: 'button', ...(label === undefined ? {} : { ariaLabel: label }) };
  return {
    role: 'button',
    tabIndex: 0,
    ...(label === undefined ? {} : { 'aria-label': label }),
    ...(on === undefined ? {} : { 'aria-pressed': on ? 'true' : 'false' }),
    onKeyDown: (event: { key: string; currentTarget: { click?(): void }; preventDefault(): void }) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.currentTarget.click?.();
    },
  };
}

interface TapProps {
  className?: string;
  onTap: () => void;
  /** Needed when the content has no words. */
  label?: string;
  /** For choices: whether it is the chosen one. */
  on?: boolean;
  id?: string;
  children?: ReactNode;
}

/** Anything that can be touched. */
export function Tap({ className = '', onTap, label, on, id, children }: TapProps) {
  return (
    <View
      {...(id === undefined ? {} : { id })}
      className={className}
      hoverClass="pressed"
      onClick={(event) => {
        event.stopPropagation();
        onTap();
      }}
      {...asButton(label, on)}
    >
      {children}
    </View>
  );
}

export type IconName =
  | 'ep'
  | 'ev'
  | 'hw'
  | 'rw'
  | 'sw'
  | 'wg'
  | 'ww'
  | 'scan'
  | 'right'
  | 'left'
  | 'down'
  | 'list'
  | 'calendar'
  | 'person'
  | 'todo'
  | 'done'
  | 'late'
  | 'send'
  | 'excused'
  | 'abnormal'
  | 'missed'
  | 'cross'
  | 'check'
  | 'camera'
  | 'info'
  | 'save'
  | 'offline'
  | 'server'
  | 'lock'
  | 'pen'
  | 'pin'
  | 'qr'
  | 'phone'
  | 'download'
  | 'retry'
  | 'flag'
  | 'doc'
  | 'bell'
  | 'text'
  | 'shield'
  | 'help'
  | 'exit'
  | 'swap'
  | 'pause'
  | 'circle'
  | 'arrow'
  | 'undo'
  | 'trash'
  | 'wrench';

export function Icon({ name, size }: { name: IconName; size?: number }) {
  const style = size === undefined ? undefined : { width: `${size}px`, height: `${size}px` };
  return <View className={`i i-${name}`} {...(style === undefined ? {} : { style })} />;
}

/** Point types with an icon of their own; a type that was added as data gets the page icon until one is drawn. */
const TYPES = new Set(['ep', 'ev', 'hw', 'rw', 'sw', 'wg', 'ww']);
export function typeIcon(type: string): IconName {
  const name = type.toLowerCase();
  return TYPES.has(name) ? (name as IconName) : 'doc';
}

export function Tile({ icon, tone = '' }: { icon: IconName; tone?: '' | 'quiet' | 'care' | 'alert' }) {
  return (
    <View className={`tile ${tone}`}>
      <Icon name={icon} />
    </View>
  );
}

interface ScreenProps {
  title?: ReactNode;
  line?: string;
  /** A page opened from another one. */
  inner?: boolean;
  foot?: ReactNode;
  children?: ReactNode;
}

/** Status bar and capsule of WeChat lie over a page with its own head. */
function headRoom(): { top: number } {
  if (process.env['TARO_ENV'] !== 'weapp') return { top: 0 };
  return { top: Taro.getWindowInfo?.().statusBarHeight ?? 20 };
}

/** Head, body, foot. DingTalk draws a head of words itself, but not one that can be touched. */
export function Screen({ title, line, inner = false, foot, children }: ScreenProps) {
  const size = TEXT_SIZES[useStore(textSizeStore)] ?? '';
  const { top } = headRoom();
  return (
    <View className={`screen ${size}`} {...(MINI ? {} : { role: 'main' })}>
      {title === undefined || (process.env['TARO_ENV'] === 'dd' && typeof title === 'string') ? null : (
        <View
          className={`nav ${process.env['TARO_ENV'] === 'h5' ? 'wide' : ''}`}
          {...(top === 0 ? {} : { style: { paddingTop: `${top}px` } })}
        >
          {inner ? (
            <Tap className="nav-back" label={words.common.back} onTap={goBack}>
              <Icon name="left" />
            </Tap>
          ) : null}
          <View className="nav-words">
            {typeof title === 'string' ? (
              <View className="nav-title" {...(MINI ? {} : { role: 'heading', 'aria-level': 1 })}>
                {title}
              </View>
            ) : (
              title
            )}
            {line === undefined ? null : <View className="nav-line">{line}</View>}
          </View>
        </View>
      )}
      <View className="body">{children}</View>
      {foot === undefined || foot === null ? null : (
        <>
          <View className="foot-room" />
          <View className="foot">{foot}</View>
        </>
      )}
    </View>
  );
}

interface ButtonProps {
  kind?: '' | 'second' | 'link' | 'alert' | 'off';
  small?: boolean;
  icon?: IconName;
  onTap: () => void;
  children: ReactNode;
}

export function Button({ kind = '', small = false, icon, onTap, children }: ButtonProps) {
  return (
    <Tap className={`btn ${kind} ${small ? 'small-btn' : ''}`} onTap={onTap}>
      {icon === undefined ? null : <Icon name={icon} size={20} />}
      <Text>{children}</Text>
    </Tap>
  );
}

/** WeChat's own button: only such a one may ask for the phone number or for the privacy agreement. */
export const PlatformButton = NativeButton;

export function Group({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <View className="group">
      <Text className="group-title">{title}</Text>
      {children === undefined ? null : <Text>{children}</Text>}
    </View>
  );
}

export function State({
  icon,
  tone = '',
  children,
}: {
  icon: IconName;
  tone?: '' | 'brand' | 'care' | 'alert' | 'rest';
  children: ReactNode;
}) {
  return (
    <View className={`state ${tone}`}>
      <Icon name={icon} />
      <Text>{children}</Text>
    </View>
  );
}

export function Tag({
  icon,
  tone = '',
  children,
}: {
  icon?: IconName;
  tone?: '' | 'brand' | 'care' | 'alert';
  children: ReactNode;
}) {
  return (
    <View className={`tag ${tone}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      <Text>{children}</Text>
    </View>
  );
}

export function Notice({
  icon,
  tone = '',
  title,
  children,
}: {
  icon: IconName;
  tone?: '' | 'alert' | 'quiet' | 'brand';
  title?: string;
  children?: ReactNode;
}) {
  return (
    <View className={`notice ${tone}`} {...(MINI ? {} : { role: 'status' })}>
      <Icon name={icon} />
      <View className="grow">
        {title === undefined ? null : <View className="strong">{title}</View>}
        {children}
      </View>
    </View>
  );
}

interface StateCardProps {
  icon: IconName;
  tone?: '' | 'quiet' | 'care' | 'alert';
  title: string;
  children?: ReactNode;
  /** At most two, the first one filled. */
  acts?: ReactNode;
}

/** What happened, what to do, at most two ways on. */
export function StateCard({ icon, tone = '', title, children, acts }: StateCardProps) {
  return (
    <View className="card">
      <View className="row" style={{ alignItems: 'flex-start' }}>
        <Tile icon={icon} tone={tone} />
        <View className="grow">
          <View className="strong">{title}</View>
          {children === undefined ? null : <View className="note">{children}</View>}
          {acts === undefined || acts === null ? null : (
            <View className="acts" style={{ marginTop: '12px' }}>
              {acts}
            </View>
          )}
        </View>
      </View>
    </View>
  );
}

export function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <View className="pair">
      <Text className="pair-name">{name}</Text>
      <Text className="pair-value">{children}</Text>
    </View>
  );
}

/** A row that leads somewhere. */
export function LinkRow({
  icon,
  title,
  line,
  value,
  onTap,
}: {
  icon?: IconName;
  title: string;
  line?: string;
  value?: string;
  onTap: () => void;
}) {
  return (
    <Tap className={`item middle ${icon === undefined ? 'plain' : ''}`} onTap={onTap}>
      {icon === undefined ? null : <Tile icon={icon} tone="quiet" />}
      <View className="grow">
        <View>{title}</View>
        {line === undefined ? null : <View className="small">{line}</View>}
      </View>
      {value === undefined ? null : <Text className="note">{value}</Text>}
      <Icon name="right" size={16} />
    </Tap>
  );
}

/** The shape of what is coming. Shown only after a moment, so that fast answers do not flicker. */
export function Skeleton({ rows = 2 }: { rows?: number }) {
  return (
    <View className="card late-shown" {...(MINI ? {} : { role: 'status', 'aria-label': words.common.loading })}>
      {Array.from({ length: rows }, (_, index) => (
        <View key={index} className="row" style={{ padding: '10px 0' }}>
          <View className="tile quiet" />
          <View className="grow">
            <View className="bone" style={{ width: '55%', marginBottom: '8px' }} />
            <View className="bone" style={{ width: '80%' }} />
          </View>
        </View>
      ))}
    </View>
  );
}

/** Something to decide, from below. */
export function Sheet({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <>
      <View className="scrim" onClick={onClose} />
      <View className="sheet" {...(MINI ? {} : { role: 'dialog', 'aria-modal': 'true' })}>
        {children}
      </View>
    </>
  );
}
