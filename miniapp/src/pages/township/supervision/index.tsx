import { Stays } from '../stays';

/** 重点监管, opened from a message or by the township. */
export default function SupervisionPage() {
  return <Stays inner />;
}
