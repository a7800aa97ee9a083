import { Image, Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { goBack, toast } from '../../../components/go';
import { Button, Icon, Screen, Skeleton, Tap } from '../../../components/kit';
import { PhotoCanvas, usePhotoPath } from '../../../components/photo';
import { useStore } from '../../../components/store';
import { StorageFull, type Shape } from '../../../device/device';
import { drafts } from '../../../offline/drafts';
import { dropPhoto, keepPhoto, photos } from '../../../offline/photos';
import { sync } from '../../../offline/sync';
import { words } from '../../../words';
import { shoot } from '../checklist/shoot';
import './annotate.css';

interface Finger {
  x: number;
  y: number;
}

/** A tap is not a mark: the finger must have moved so far, as a share of the picture. */
const LEAST = 0.03;

/** A photo full screen: circle or point at what is wrong, take it again, or remove it. */
export default function Annotate() {
  const { params } = useRouter();
  const [taskId, code, hash] = [params['task'] ?? '', params['code'] ?? '', params['photo'] ?? ''];
  const path = usePhotoPath(hash);
  const photo = useStore(photos.store).get(hash);
  const [kind, setKind] = useState<Shape['kind']>('circle');
  const [shapes, setShapes] = useState<readonly Shape[]>([]);
  const [drawing, setDrawing] = useState<Shape>();
  const [busy, setBusy] = useState(false);
  const frame = useRef<{ left: number; top: number; width: number; height: number }>();

  const swap = (fresh: string | undefined) => {
    const draft = drafts.get(taskId);
    if (draft === undefined) return Promise.resolve();
    const list = (draft.photos[code] ?? []).flatMap((each) =>
      each === hash ? (fresh === undefined ? [] : [fresh]) : [each],
    );
    return drafts.set(taskId, { ...draft, photos: { ...draft.photos, [code]: list } });
  };
  const remove = async () => {
    await swap(undefined);
    await dropPhoto(hash);
    goBack();
  };
  const retake = async () => {
    const draft = drafts.get(taskId);
    if (draft === undefined) return;
    try {
      const fresh = await shoot(draft);
      if (fresh === undefined) return;
      await swap(fresh.sha256);
      if (fresh.sha256 !== hash) await dropPhoto(hash);
      void sync();
      goBack();
    } catch (error) {
      toast(error instanceof StorageFull ? words.fill.full : words.fill.cameraFailed);
    }
  };
  const use = async () => {
    if (shapes.length === 0 || path === undefined || photo === undefined) return goBack();
    setBusy(true);
    try {
      const { width, height, enterpriseId, takenAt } = photo;
      const marked = await keepPhoto({ path, width, height }, [], shapes, enterpriseId, takenAt);
      await swap(marked.sha256);
      await dropPhoto(hash);
      void sync();
      goBack();
    } catch (error) {
      setBusy(false);
      if (!(error instanceof StorageFull)) throw error;
      toast(words.fill.full);
    }
  };

  const at = (event: unknown): Finger | undefined => {
    const { touches, changedTouches, clientX, clientY } = event as {
      touches?: ArrayLike<{ clientX: number; clientY: number }>;
      changedTouches?: ArrayLike<{ clientX: number; clientY: number }>;
      clientX?: number;
      clientY?: number;
    };
    const finger =
      touches?.[0] ?? changedTouches?.[0] ?? (clientX === undefined ? undefined : { clientX, clientY: clientY ?? 0 });
    const box = frame.current;
    if (finger === undefined || box === undefined) return undefined;
    const share = (value: number) => Math.min(1, Math.max(0, value));
    return { x: share((finger.clientX - box.left) / box.width), y: share((finger.clientY - box.top) / box.height) };
  };
  const begin = (event: unknown) => {
    Taro.createSelectorQuery()
      .select('#photo-frame')
      .boundingClientRect((rect) => {
        const box = rect as unknown as { left: number; top: number; width: number; height: number } | null;
        if (box === null) return;
        frame.current = box;
        const from = at(event);
        if (from !== undefined) setDrawing({ kind, x1: from.x, y1: from.y, x2: from.x, y2: from.y });
      })
      .exec();
  };
  const move = (event: unknown) => {
    const to = at(event);
    if (to !== undefined) setDrawing((shape) => (shape === undefined ? undefined : { ...shape, x2: to.x, y2: to.y }));
  };
  const end = () => {
    setDrawing((shape) => {
      if (shape !== undefined && Math.hypot(shape.x2 - shape.x1, shape.y2 - shape.y1) > LEAST) {
        setShapes((all) => [...all, shape]);
      }
      return undefined;
    });
  };
  // A browser on a desk has a mouse instead of a finger.
  const mouse: object =
    process.env['TARO_ENV'] === 'h5'
      ? {
          onMouseDown: begin,
          onMouseMove: (event: { buttons?: number }) => (event.buttons === 1 ? move(event) : undefined),
          onMouseUp: end,
        }
      : {};

  return (
    <Screen
      title={words.fill.photo}
      line={words.photo.drawHow}
      inner
      foot={
        <>
          <View className="choices tools">
            <Tap
              className={`choice ${kind === 'circle' ? 'tinted' : ''}`}
              on={kind === 'circle'}
              onTap={() => setKind('circle')}
            >
              <Icon name="circle" />
              <Text>{words.photo.circle}</Text>
            </Tap>
            <Tap
              className={`choice ${kind === 'arrow' ? 'tinted' : ''}`}
              on={kind === 'arrow'}
              onTap={() => setKind('arrow')}
            >
              <Icon name="arrow" />
              <Text>{words.photo.arrow}</Text>
            </Tap>
            <Tap className="choice" onTap={() => setShapes((all) => all.slice(0, -1))}>
              <Icon name="undo" />
              <Text>{words.photo.undo}</Text>
            </Tap>
          </View>
          <Button kind={busy ? 'off' : ''} onTap={() => void use()}>
            {words.photo.use}
          </Button>
          <View className="acts even">
            <Button kind="link" icon="camera" onTap={() => void retake()}>
              {words.photo.retake}
            </Button>
            <Button kind="link" icon="trash" onTap={() => void remove()}>
              {words.photo.remove}
            </Button>
          </View>
        </>
      }
    >
      {path === undefined || photo === undefined ? (
        <Skeleton rows={3} />
      ) : (
        <View
          id="photo-frame"
          className="photo-frame"
          style={{ paddingTop: `${(photo.height / photo.width) * 100}%` }}
          catchMove
          onTouchStart={begin}
          onTouchMove={move}
          onTouchEnd={end}
          {...mouse}
        >
          <Image className="photo-full" src={path} mode="scaleToFill" {...imageName} />
          {[...shapes, ...(drawing === undefined ? [] : [drawing])].map((shape, index) => (
            <ShapeView key={index} shape={shape} ratio={photo.height / photo.width} />
          ))}
        </View>
      )}
      <PhotoCanvas />
    </Screen>
  );
}

const imageName: object =
  process.env['TARO_ENV'] === 'h5' ? { nativeProps: { alt: words.fill.photo, draggable: false } } : {};

/** The mark while it is being drawn; the photo itself gets it when it is used. */
function ShapeView({ shape, ratio }: { shape: Shape; ratio: number }) {
  const percent = (share: number) => `${share * 100}%`;
  if (shape.kind === 'circle') {
    const [left, top] = [Math.min(shape.x1, shape.x2), Math.min(shape.y1, shape.y2)];
    return (
      <View
        className="shape-circle"
        style={{
          left: percent(left),
          top: percent(top),
          width: percent(Math.abs(shape.x2 - shape.x1)),
          height: percent(Math.abs(shape.y2 - shape.y1)),
        }}
      />
    );
  }
  // Lengths are shares of the width; the height counts in the picture's own ratio.
  const [dx, dy] = [shape.x2 - shape.x1, (shape.y2 - shape.y1) * ratio];
  return (
    <View
      className="shape-arrow"
      style={{
        left: percent(shape.x1),
        top: percent(shape.y1),
        width: percent(Math.hypot(dx, dy)),
        transform: `rotate(${Math.atan2(dy, dx)}rad)`,
      }}
    />
  );
}
