import { Canvas, Image, Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { device } from '../device/platform';
import { photos } from '../offline/photos';
import { words } from '../words';
import { Icon, Tap } from './kit';
import { useStore } from './store';

/** The path under which a kept photo can be shown; undefined while it is looked up, or when it is gone. */
export function usePhotoPath(hash: string): string | undefined {
  const [path, setPath] = useState<string>();
  useEffect(() => {
    let wanted = true;
    void device.files.show(hash).then((found) => {
      if (wanted) setPath(found);
    });
    return () => {
      wanted = false;
    };
  }, [hash]);
  return path;
}

const alt: object = process.env['TARO_ENV'] === 'h5' ? { nativeProps: { alt: words.fill.photo } } : {};

/** A photo on the phone, with how far it has got. */
export function PhotoThumb({ hash, onTap }: { hash: string; onTap: () => void }) {
  const path = usePhotoPath(hash);
  const uploaded = useStore(photos.store).get(hash)?.uploaded ?? false;
  return (
    <Tap
      className="thumb"
      label={`${words.fill.photo} ${uploaded ? words.photo.safe : words.photo.waiting}`}
      onTap={onTap}
    >
      {path === undefined ? null : <Image className="thumb-image" src={path} mode="aspectFill" {...alt} />}
      <View className={`thumb-state ${uploaded ? '' : 'waiting'}`}>
        <Icon name={uploaded ? 'check' : 'send'} size={14} />
        <Text>{uploaded ? words.photo.safe : words.photo.waiting}</Text>
      </View>
    </Tap>
  );
}

const CANVAS_PX = '1600px';

/** DingTalk draws photos on a canvas of the page that is shown: each page that takes or marks photos has this one. */
export function PhotoCanvas() {
  if (process.env['TARO_ENV'] !== 'dd') return null;
  return (
    <Canvas
      id="photo-canvas"
      canvasId="photo-canvas"
      width={CANVAS_PX}
      height={CANVAS_PX}
      style={{ position: 'fixed', top: '0', left: '-5000px', width: CANVAS_PX, height: CANVAS_PX }}
    />
  );
}
