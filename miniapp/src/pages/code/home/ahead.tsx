import { Text, View } from '@tarojs/components';
import type { HealthCode } from '../../../api/types';
import { Notice } from '../../../components/kit';
import { onDay } from '../dates';
import { words } from '../words';

const say = words.code;
const H5 = process.env['TARO_ENV'] === 'h5';
const FULL = 100;

/** What comes next, what would bring it sooner, and where the score stands among the colours. */
export function Ahead({ code }: { code: HealthCode }) {
  const { outlook, colour, reached, waitsForCheck, upDays } = code;
  const { toBest } = outlook;
  const best = code.bands[0]?.colour ?? 'green';
  const turn = outlook.path.find((step) => step.colour !== colour);
  const headline =
    toBest !== null && toBest.bestAt !== null && toBest.steps.length > 0
      ? toBest.colour === best
        ? say.doNowSoon(toBest.steps.length, say.short[best])
        : say.doNow(toBest.steps.length, onDay(toBest.bestAt), say.short[best])
      : turn !== undefined
        ? say.waitTo(onDay(turn.at), say.short[turn.colour])
        : colour === best
          ? say.best
          : say.stay;
  return (
    <>
      {waitsForCheck ? <Notice icon="pin">{say.needsCheck}</Notice> : null}
      <View className="card">
        <View className="head">{headline}</View>
        {colour === best ? <View className="note">{say.bestHow}</View> : null}
        {reached === colour ? null : (
          <View className="note">{say.from(say.short[colour], say.short[reached], upDays)}</View>
        )}
        <Scale code={code} />
      </View>
    </>
  );
}

/** The colours side by side as wide as their points, worst first, with the score on them. */
function Scale({ code: { bands, score, reached, vetoes } }: { code: HealthCode }) {
  const rising = [...bands].reverse();
  // Points are not what is lacking as long as something makes the code red at once.
  const next = vetoes.length > 0 ? undefined : rising.find(({ from }) => from > score);
  const label = H5 ? { role: 'img', 'aria-label': say.scale(score, say.short[reached]) } : {};
  return (
    <View className="code-scale" {...label}>
      <View className="code-here">
        <Text style={{ marginLeft: `${Math.min(70, Math.max(2, score - 12))}%` }}>
          {say.lacks(score, next === undefined ? 0 : Math.round((next.from - score) * 100) / 100)}
        </Text>
      </View>
      <View className="code-bands">
        {rising.map(({ colour, from }, index) => (
          <View
            key={colour}
            className={`code-band ${colour}`}
            style={{ width: `${(rising[index + 1]?.from ?? FULL) - from}%` }}
          />
        ))}
        <View className="code-dot" style={{ left: `${score}%` }} />
      </View>
      <View className="code-marks">
        {rising.map(({ colour, from }, index) => (
          <Text key={colour} style={{ width: `${(rising[index + 1]?.from ?? FULL) - from}%` }}>
            {say.band(from, say.short[colour])}
          </Text>
        ))}
      </View>
    </View>
  );
}
