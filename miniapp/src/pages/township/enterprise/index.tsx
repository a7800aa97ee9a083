import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, now, shortDate, timeOf } from '../../../api/clock';
import { sessionStore } from '../../../api/session';
import type { EnterpriseCard } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { open } from '../../../components/go';
import { Button, Icon, LinkRow, Notice, Screen, State, Tag, Tap } from '../../../components/kit';
import { useStore } from '../../../components/store';
import { timeLeft } from '../../../components/time-left';
import { device } from '../../../device/platform';
import type { Trouble } from '../../../offline/day';
import { TroubleNote } from '../../officer/today/trouble';
import { Bars } from '../bars';
import { askHere, here, metresTo } from '../here';
import { Plate } from '../parts';
import { conducts } from '../roles';
import { setOut } from '../set-out';
import { words } from '../words';
import { UndisturbedSheet } from './undisturbed';
import '../township.css';

const say = words.enterprise;
const HELPED = 2;

/** An enterprise as an official wants it on the doorstep; kept on the phone for where there is no signal. */
export default function EnterprisePage() {
  const { params } = useRouter();
  const id = params['id'] ?? '';
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.card(id)}
      kept={`card/${id}`}
    >
      {(card, _, trouble) => <Card card={card} trouble={trouble} />}
    </Fetched>
  );
}

function Card({ card, trouble }: { card: EnterpriseCard; trouble: Trouble | undefined }) {
  const { enterprise } = card;
  const from = useStore(here);
  const metres = metresTo(enterprise, from);
  const line = [
    enterprise.region.name,
    metres === undefined ? '' : words.where.distance(metres),
    words.township.data(timeOf(card.at)),
  ];
  const kinds = [
    enterprise.industry,
    ...enterprise.categories.map((category) => say.categories[category] ?? ''),
    card.undisturbedSince === null ? '' : say.listed(dayWords(dateOf(card.undisturbedSince))),
  ];
  return (
    <Screen title={say.title} line={line.filter(Boolean).join(' · ')} inner foot={<Foot card={card} />}>
      {trouble === undefined ? null : <TroubleNote trouble={trouble} at={timeOf(card.at)} />}
      <View className="card">
        <View className="row" style={{ alignItems: 'flex-start' }}>
          <Plate code={card.code} />
          <View className="grow">
            <View className="head">{enterprise.name}</View>
            <View className="small">{kinds.filter(Boolean).join(' · ')}</View>
            {card.undisturbed ? (
              <View className="finding-tags">
                <Tag icon="pause">{words.enterprises.left}</Tag>
              </View>
            ) : null}
          </View>
        </View>
        <View className="contacts">
          {card.officers.slice(0, HELPED).map((officer) => (
            <Tap
              key={officer.id}
              className="contact"
              label={say.call(officer.name)}
              onTap={() => device.call(officer.mobile)}
            >
              <Icon name="phone" />
              <View className="grow">
                <View className="contact-name">{officer.name}</View>
                <View className="small">{say.officer(officer.points)}</View>
              </View>
            </Tap>
          ))}
          <Tap className="contact" onTap={() => void askHere()}>
            <Icon name="pin" />
            <View className="grow">
              <View className="contact-name">
                {metres === undefined
                  ? from.state === 'asking'
                    ? words.where.asking
                    : say.far
                  : words.where.distance(metres)}
              </View>
              <View className="small">{enterprise.address}</View>
            </View>
          </Tap>
        </View>
      </View>
      {from.state === 'none' ? <View className="small center">{words.where.noPlace}</View> : null}
      <Help card={card} />
      <Facts card={card} />
      <History card={card} />
      <Visits card={card} />
      <Further id={enterprise.id} />
    </Screen>
  );
}

/** What the visit is for: the advice of the gravest warnings, else the reason alone. */
function Help({ card }: { card: EnterpriseCard }) {
  const codes = [...new Set(card.warnings.filter((row) => row.easedAt === null).map((row) => row.rule.code))];
  const advice = codes
    .flatMap((code) => {
      const words_ = words.warnings.advice[code];
      return words_ === undefined ? [] : [words_];
    })
    .slice(0, HELPED);
  if (card.benefit.score === 0 || card.undisturbed) {
    return (
      <Notice icon={card.undisturbed ? 'pause' : 'done'} tone="quiet">
        {card.benefit.reason}
      </Notice>
    );
  }
  return (
    <View className="help-card">
      <Icon name="pin" />
      <View className="grow">
        {advice.length === 0 ? null : (
          <>
            <View className="strong">{say.help(advice.length)}</View>
            {advice.map((sentence, index) => (
              <View key={sentence} className="note">
                {advice.length === 1 ? sentence : `${index + 1}. ${sentence}`}
              </View>
            ))}
          </>
        )}
        <View className="small">{words.enterprises.reason(card.benefit.reason)}</View>
      </View>
    </View>
  );
}

type Section = 'today' | 'findings' | 'verify' | 'warnings';

/** Four lines, each of which opens to what is behind it. */
function Facts({ card }: { card: EnterpriseCard }) {
  const [opened, setOpened] = useState<Section>();
  const { today, findings, warnings } = card;
  const open_ = findings.filter((row) => row.state === 'open');
  const late = open_.filter((row) => row.overdue).length;
  const verify = findings.filter((row) => row.state === 'submitted' && row.severity !== 'minor');
  const waiting = today.tasks.filter((task) => task.state === 'open').length;
  const toggle = (section: Section) => setOpened(opened === section ? undefined : section);
  const fact = (section: Section, title: string, value: string, tone: '' | 'alert', more: boolean) => {
    const inside = (
      <>
        <Text>{title}</Text>
        {value === '' ? null : <Text className={`fact-value ${tone}`}>{value}</Text>}
        {more ? <Icon name={opened === section ? 'down' : 'right'} size={16} /> : null}
      </>
    );
    return more ? (
      <Tap className="fact" onTap={() => toggle(section)}>
        {inside}
      </Tap>
    ) : (
      <View className="fact">{inside}</View>
    );
  };
  return (
    <View className="card flush">
      {fact(
        'today',
        say.today(today.done, today.total),
        today.total === 0 ? '' : say.todayLeft(waiting),
        '',
        today.tasks.length > 0,
      )}
      {opened === 'today' ? (
        <View className="fact-rows">
          {today.tasks.map((task) => (
            <View key={task.id} className="fact-row">
              <Text>{`${task.point.name} ${task.point.code}`}</Text>
              <State
                icon={task.abnormal > 0 ? 'abnormal' : STATE_ICON[task.state]}
                tone={task.abnormal > 0 ? 'alert' : STATE_TONE[task.state]}
              >
                {task.abnormal > 0 ? say.abnormal(task.abnormal) : (words.state[task.state] ?? '')}
              </State>
            </View>
          ))}
        </View>
      ) : null}
      {fact('findings', say.findings(open_.length), late === 0 ? '' : say.overdue(late), 'alert', open_.length > 0)}
      {opened === 'findings' ? <FindingRows rows={open_} /> : null}
      {verify.length === 0 ? null : fact('verify', say.verify(verify.length), verify[0]?.item ?? '', '', true)}
      {opened === 'verify' ? <FindingRows rows={verify} /> : null}
      {fact('warnings', say.warnings(warnings.length), '', '', warnings.length > 0)}
      {opened === 'warnings' ? (
        <View className="fact-rows">
          {warnings.map((row) => (
            <Tap key={row.id} className="fact-row" onTap={() => open('warning', { id: row.id })}>
              <Text className="strong">{row.rule.name}</Text>
              <Text>{row.reason}</Text>
            </Tap>
          ))}
        </View>
      ) : null}
    </View>
  );
}

const STATE_ICON = { open: 'todo', done: 'done', late: 'late', missed: 'missed', excused: 'excused' } as const;
const STATE_TONE = { open: '', done: 'brand', late: 'care', missed: 'alert', excused: 'rest' } as const;

function FindingRows({ rows }: { rows: EnterpriseCard['findings'] }) {
  return (
    <View className="fact-rows">
      {rows.map((row) => {
        const { text, over, soon } = timeLeft(row.dueAt, now());
        return (
          <Tap key={row.id} className="fact-row" onTap={() => open('verify', { id: row.id })}>
            <Text className="strong">{row.item}</Text>
            <State icon="late" tone={row.state === 'open' && over ? 'alert' : soon ? 'care' : ''}>
              {row.state === 'open' ? text : words.findings.submitted}
            </State>
            <View className="small" style={{ width: '100%' }}>
              {`${words.findings.severity(words.fill.levels[row.severity] ?? '')} · ${row.point.name} ${row.point.code}`}
            </View>
          </Tap>
        );
      })}
    </View>
  );
}

/** The last 30 days: what was reported of what was to be reported, and where nothing came. */
function History({ card }: { card: EnterpriseCard }) {
  const { history, completion } = card;
  const most = Math.max(1, ...history.map((day) => day.due));
  const missed = history.reduce((sum, day) => sum + day.missed, 0);
  return (
    <View className="card">
      <View className="pair">
        <Text className="strong">{say.history}</Text>
        {completion.percent === null ? null : <Text className="note">{say.onTime(completion.percent)}</Text>}
      </View>
      <Bars
        bars={history.map((day) => ({
          key: day.date,
          share: day.done / most,
          look: day.due === 0 ? 'none' : day.done === 0 ? 'missed' : day.missed > 0 ? 'part' : undefined,
        }))}
        label={history
          .filter((day) => day.due > 0)
          .map((day) => say.day(dayWords(day.date), day.due, day.done, day.missed))
          .join('，')}
        axis={[
          shortDate(history[0]?.date ?? ''),
          say.missed(missed),
          shortDate(history[history.length - 1]?.date ?? ''),
        ]}
      />
    </View>
  );
}

/** When somebody was there, and whether what was agreed came about. */
function Visits({ card }: { card: EnterpriseCard }) {
  if (card.visits.length === 0) return null;
  return (
    <View className="card flush">
      {card.visits.map((visit) => {
        const looked = visit.agreed.filter((each) => each.done !== null);
        const kept = looked.every((each) => each.done);
        const date = visit.leftAt === null ? visit.plannedOn : dateOf(visit.leftAt);
        return (
          <View key={visit.id} className="item plain middle">
            <View className="grow">
              <View>{say.visit(visit.state, dayWords(date), visit.by)}</View>
              {visit.agreed.map((each) => (
                <View key={each.text} className="small">
                  {say.agreed(dayWords(each.by), each.text)}
                </View>
              ))}
            </View>
            {visit.state === 'planned' ? (
              <State icon="calendar">{say.visitToDo}</State>
            ) : looked.length === 0 ? null : (
              <State icon={kept ? 'done' : 'late'} tone={kept ? 'brand' : 'care'}>
                {kept ? say.kept : say.broken}
              </State>
            )}
          </View>
        );
      })}
    </View>
  );
}

/** What leads to the law: a proposal by anybody, a case by those who conduct them. */
function Further({ id }: { id: string }) {
  const { person } = useStore(sessionStore);
  return (
    <View className="card flush">
      <LinkRow title={words.supervision.propose} onTap={() => open('stay', { enterprise: id })} />
      {conducts(person) ? (
        <LinkRow title={words.supervision.openCase} onTap={() => open('case', { enterprise: id })} />
      ) : null}
    </View>
  );
}

/** To set out; where the enterprise is to be left alone, the way there leads through a reason. */
function Foot({ card }: { card: EnterpriseCard }) {
  const [asked, setAsked] = useState(false);
  if (!card.undisturbed) return <Button onTap={() => setOut(card.enterprise.id)}>{say.goThere}</Button>;
  return (
    <>
      <Button kind="second" onTap={() => setAsked(true)}>
        {say.goAnyway}
      </Button>
      {asked ? (
        <UndisturbedSheet
          since={dayWords(dateOf(card.undisturbedSince ?? card.at))}
          onStay={() => setAsked(false)}
          onGo={(reason) => {
            setAsked(false);
            setOut(card.enterprise.id, reason);
          }}
        />
      ) : null}
    </>
  );
}
