import { Image, Text, View } from '@tarojs/components';
import { dateOf, dayWords, now, timeOf } from '../api/clock';
import type { FindingStory } from '../api/types';
import { words } from '../words';
import { Group, Tag } from './kit';
import { useStore } from './store';
import { sessionStore } from '../api/session';
import { dueNext } from './time-left';
import './finding.css';

/** What was found, how grave it is, how much time is left. */
export function FindingSummary({ story }: { story: FindingStory }) {
  const { text, over, soon, dueAt, contain } = dueNext(story, now());
  const total = Date.parse(dueAt) - Date.parse(story.openedAt);
  const used = Math.min(1, Math.max(0.02, (now().getTime() - Date.parse(story.openedAt)) / total));
  return (
    <View className={`card ${over && story.state === 'open' ? 'framed-alert' : ''}`}>
      <View className="row">
        <Tag icon="abnormal" tone={story.severity === 'major' ? 'alert' : ''}>
          {words.findings.severity(words.fill.levels[story.severity] ?? '')}
        </Tag>
        <Text className="small finding-when">
          {words.findings.reported(dayWords(dateOf(story.openedAt)), timeOf(story.openedAt))}
        </Text>
      </View>
      <View className="head" style={{ margin: '10px 0 6px' }}>
        {story.item.zh}
      </View>
      {story.state === 'closed' ? null : story.state === 'submitted' ? (
        <Submitted finding={story} />
      ) : (
        <>
          <View className="pair">
            <Text className={`finding-left ${over ? 'ink-alert' : soon ? 'ink-care' : ''}`}>{text}</Text>
            <Text className="small">
              {(contain ? words.findings.containBefore : words.findings.before)(dayWords(dateOf(dueAt)), timeOf(dueAt))}
            </Text>
          </View>
          <View className="bar">
            <View className={`bar-used ${over ? 'over' : ''}`} style={{ width: `${used * 100}%` }} />
          </View>
        </>
      )}
      <View className="small">{words.findings.honest}</View>
    </View>
  );
}

/** Handed in: whose turn it is now, and until when. */
export function Submitted({ finding }: { finding: Pick<FindingStory, 'severity' | 'verifyBy'> }) {
  const { severity, verifyBy } = finding;
  const { person } = useStore(sessionStore);
  return (
    <View {...(process.env['TARO_ENV'] === 'h5' ? { role: 'status' } : {})}>
      <View className="strong ink-brand">
        {severity === 'minor'
          ? words.findings.submitted
          : words.findings.waits(person?.specialist?.name ?? words.who.specialist)}
      </View>
      {severity === 'minor' ? (
        <View className="small">{words.findings.minorHow}</View>
      ) : verifyBy === null ? null : (
        <View className="small">{words.findings.waitsUntil(dayWords(dateOf(verifyBy)), timeOf(verifyBy))}</View>
      )}
    </View>
  );
}

/** Everything that happened to a finding, in order. */
export function FindingSteps({ story }: { story: FindingStory }) {
  return (
    <>
      <Group title={words.findings.story} />
      <View className="card">
        <View className="steps">
          {story.steps.map((step, index) => (
            <View key={index} className={`step ${index === story.steps.length - 1 ? 'now' : ''}`}>
              <View className="strong">{words.findings.steps[step.kind] ?? step.kind}</View>
              <View className="small">
                {[`${dayWords(dateOf(step.at))} ${timeOf(step.at)}`, step.by ?? ''].filter(Boolean).join(' · ')}
              </View>
              {step.note === '' ? null : <View className="note">{step.note}</View>}
            </View>
          ))}
        </View>
      </View>
    </>
  );
}

type CheckedPhoto = Pick<FindingStory['before'][number], 'url' | 'state' | 'reason'>;

export const isBad = ({ state }: Pick<CheckedPhoto, 'state'>) => state === 'missing' || state === 'broken';

/** A photo that somebody decides about, with when it was taken and what its check says; it is shown once it is in order. */
export function FindingPicture({ photo, label }: { photo: CheckedPhoto; label: string }) {
  const { url, state, reason } = photo;
  const say = words.photoCheck;
  return (
    <View className={`thumb ${isBad(photo) ? 'thumb-bad' : ''}`}>
      {url === null ? (
        <View className="thumb-check">
          {state === 'waiting' ? say.waiting : say.bad(say.why[reason ?? ''] ?? say.why['not_a_picture'] ?? '')}
        </View>
      ) : (
        <Image
          className="thumb-image"
          src={url}
          mode="aspectFill"
          {...(process.env['TARO_ENV'] === 'h5' ? { nativeProps: { alt: label } } : {})}
        />
      )}
      <View className="thumb-state">
        <Text>{state === 'verified' ? `${label} · ${say.verified}` : label}</Text>
      </View>
    </View>
  );
}
