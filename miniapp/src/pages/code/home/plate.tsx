import { Image, Text, View } from '@tarojs/components';
import { useDidHide, useDidShow } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, secondsOf, timeOf } from '../../../api/clock';
import type { CodeToken, HealthCode } from '../../../api/types';
import type { Trouble } from '../../../offline/day';
import { onDay } from '../dates';
import { words } from '../words';

const say = words.code;
const SECOND_MS = 1000;
/** What a picture is called, where the platform has words for it. */
const alt: object = process.env['TARO_ENV'] === 'h5' ? { nativeProps: { alt: say.qr } } : {};

/** The code in its colour. What moves on it cannot be on a screenshot. */
export function Plate({ code, trouble }: { code: HealthCode; trouble: Trouble | undefined }) {
  const [token, setToken] = useState<CodeToken>();
  const [clock, setClock] = useState(secondsOf(now()));
  const shown = useRef(true);
  useDidShow(() => {
    shown.current = true;
  });
  useDidHide(() => {
    shown.current = false;
  });
  useEffect(() => {
    let left = 0;
    let asking = false;
    const ask = () => {
      asking = true;
      api
        .codeToken(code.enterprise.id)
        .then((fresh) => {
          left = fresh.validForS;
          setToken(fresh);
        })
        // The last picture would prove nothing any more.
        .catch(() => setToken(undefined))
        .finally(() => {
          asking = false;
        });
    };
    if (trouble === undefined) ask();
    const timer = setInterval(() => {
      if (!shown.current) return;
      setClock(secondsOf(now()));
      left -= 1;
      if (left <= 0 && !asking && trouble === undefined) ask();
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, [code.enterprise.id, trouble]);
  const old = trouble !== undefined;
  return (
    <View className={`code-plate ${old ? 'old' : code.colour}`}>
      <View className="code-head">
        <View>
          <View className="code-name">{say.colours[code.colour]}</View>
          <View>{say.since(onDay(code.since))}</View>
        </View>
        <View>
          <Text className="code-score">{String(code.score)}</Text>
          <Text className="code-unit">{say.points}</Text>
        </View>
      </View>
      <View className="code-white">
        {old ? (
          <View className="code-small">{say.stale(`${dayWords(dateOf(code.at))} ${timeOf(code.at)}`)}</View>
        ) : token === undefined ? (
          <View className="code-small">{say.noQr}</View>
        ) : (
          <>
            <Image
              className="code-qr"
              mode="scaleToFill"
              src={`data:image/svg+xml;utf8,${encodeURIComponent(token.svg)}`}
              {...alt}
            />
            <View className="code-clock">{clock}</View>
            <View className="code-stripes" />
            <View className="code-small">{say.live}</View>
          </>
        )}
      </View>
    </View>
  );
}
