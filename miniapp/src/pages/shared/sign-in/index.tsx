import { Input, Text, View } from '@tarojs/components';
import { useLoad, useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import { ApiProblem } from '../../../api/http';
import { beginSession, currentPerson, forgetSession, signInByChat } from '../../../api/session';
import type { Me, SignedIn } from '../../../api/types';
import { decoded, open, restart } from '../../../components/go';
import {
  Button,
  Icon,
  LinkRow,
  Notice,
  Pair,
  PlatformButton,
  Screen,
  Tap,
  type IconName,
} from '../../../components/kit';
import { saidBy } from '../../../components/said';
import { device } from '../../../device/platform';
import { loadOwn, ready } from '../../../offline/start';
import { words } from '../../../words';
import './sign-in.css';

type Phase = 'start' | 'code' | 'working' | 'who' | 'no-officer';

const NEEDS: readonly [IconName, readonly string[]][] = [
  ['person', words.signIn.phone],
  ['pin', words.signIn.place],
  ['camera', words.signIn.camera],
];

/** Their home is the township's: warnings, corrections to verify, enterprises. */
const OFFICIAL_ROLES: ReadonlySet<string> = new Set(['township', 'enforcement', 'regulator']);

/** First the agreement, then who am I: by the chat app's phone number, or by a one-time code. */
export default function SignIn() {
  const { params } = useRouter();
  const [phase, setPhase] = useState<Phase>('start');
  const [agreed, setAgreed] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [person, setPerson] = useState<Me>();
  const [binding, setBinding] = useState<string>();
  const [mobile, setMobile] = useState(params['mobile'] ?? '');
  const [code, setCode] = useState('');

  const fail = (error: unknown, back: Phase) => {
    setPhase(back);
    const unknownNumber = error instanceof ApiProblem && error.code === 'SESSION.NOT_REGISTERED';
    setProblem(unknownNumber ? words.signIn.notRegistered : saidBy(error));
  };
  /** Signed in: who is it? An officer goes on when he has seen that it is him. */
  const welcome = async (signedIn?: SignedIn) => {
    const known = currentPerson()?.id;
    if (signedIn !== undefined) await beginSession(signedIn.person as Me, signedIn);
    const me = await api.me();
    await beginSession(me, signedIn);
    setPerson(me);
    const official = me.roles.some((role) => OFFICIAL_ROLES.has(role));
    if (!me.roles.includes('officer') && !official) return setPhase('no-officer');
    await loadOwn();
    if (!me.roles.includes('officer')) return restart('township');
    // Who was here before has seen that it is him.
    if (known !== me.id) setPhase('who');
    else goOn();
  };
  const goOn = () => {
    const q = decoded(params['q']);
    restart(q === undefined ? 'today' : 'scan', q === undefined ? {} : { q });
  };
  /** The chat app knows its account; the first time the account has to be bound to a person. */
  const byChat = async (): Promise<string | undefined> => {
    const answer = await signInByChat();
    if (answer?.outcome === 'signed_in') {
      await welcome(answer);
      return undefined;
    }
    setBinding(answer?.bindingToken);
    return answer?.bindingToken;
  };
  const byPhone = async (phoneCode: string | undefined) => {
    if (phoneCode === undefined) return setProblem(words.signIn.phoneRefused);
    setProblem(undefined);
    setPhase('working');
    try {
      const token = binding ?? (await byChat());
      if (token !== undefined) await welcome(await api.bindPhone(token, phoneCode));
    } catch (error) {
      fail(error, 'start');
    }
  };
  const byWorkChat = async () => {
    if (!agreed) return setProblem(words.signIn.agreeFirst);
    setProblem(undefined);
    setPhase('working');
    try {
      // DingTalk knows the phone number itself: only who is not on the list needs a code.
      if ((await byChat()) !== undefined) setPhase('code');
    } catch (error) {
      fail(error, 'start');
    }
  };
  const byCode = async (number: string, oneTimeCode: string) => {
    if (!/^1\d{10}$/.test(number)) return setProblem(words.signIn.wrongMobile);
    if (!/^\d{8}$/.test(oneTimeCode)) return setProblem(words.signIn.wrongCode);
    setProblem(undefined);
    setPhase('working');
    try {
      if (device.kind === 'h5') {
        await api.webCode(number, oneTimeCode);
        await welcome();
      } else {
        const token = binding ?? (await byChat());
        if (token !== undefined)
          await welcome(await api.bindCode(device.kind === 'dd' ? 'work-chat' : 'wechat', token, number, oneTimeCode));
      }
    } catch (error) {
      fail(error, 'code');
    }
  };
  useLoad(() => {
    void ready.then(async () => {
      const { code: linked, mobile: owner } = params;
      if (device.kind === 'h5') {
        // A link with a code in it, sent by the specialist: the person has agreed by opening it.
        if (linked !== undefined && owner !== undefined) await byCode(owner, linked);
        return;
      }
      // DingTalk gives the phone number away with the code: the first time, nothing is sent before the person has agreed.
      if (device.kind === 'dd' && currentPerson() === undefined) return;
      // Who has been here before is not asked again.
      await byChat().catch(() => undefined);
    });
  });

  if (phase === 'who' && person !== undefined) {
    return <Who person={person} onYes={goOn} onOther={() => void forgetSession().then(() => setPhase('start'))} />;
  }
  if (phase === 'no-officer') {
    return (
      <Screen title={words.who.title}>
        <Notice icon="info" tone="quiet" title={words.who.noOfficer}>
          {words.who.noOfficerHow}
        </Notice>
        <Button kind="second" onTap={() => void forgetSession().then(() => setPhase('start'))}>
          {words.who.notMe}
        </Button>
      </Screen>
    );
  }
  const toCode = () => {
    if (!agreed) return setProblem(words.signIn.agreeFirst);
    setProblem(undefined);
    setPhase('code');
  };
  return (
    <Screen foot={phase === 'working' ? undefined : foot()}>
      <View className="sign-in">
        <View className="logo">
          <Icon name="check" size={32} />
        </View>
        <View className="title" {...(process.env['TARO_ENV'] === 'h5' ? { role: 'heading', 'aria-level': 1 } : {})}>
          {phase === 'code' ? words.signIn.codeTitle : words.signIn.title}
        </View>
        <View className="note">{phase === 'code' ? words.signIn.codeHow : words.signIn.line}</View>
      </View>
      {phase === 'working' ? (
        <Notice icon="lock" tone="quiet">
          {words.signIn.working}
        </Notice>
      ) : null}
      {problem === undefined ? null : (
        <Notice icon="abnormal" tone="alert">
          {problem}
        </Notice>
      )}
      {phase === 'start'
        ? NEEDS.map(([icon, [title, line]]) => (
            <View key={title} className="row need">
              <Icon name={icon} size={22} />
              <View className="grow">
                <View>{title}</View>
                <View className="small">{line}</View>
              </View>
            </View>
          ))
        : null}
      {phase === 'code' ? (
        <View className="card">
          <View className="field-name">{words.signIn.mobile}</View>
          <Input
            className="field"
            type="number"
            maxlength={11}
            value={mobile}
            {...named(words.signIn.mobile)}
            onInput={(event) => setMobile(event.detail.value)}
          />
          <View className="field-name" style={{ marginTop: '12px' }}>
            {words.signIn.code}
          </View>
          <Input
            className="field"
            type="number"
            maxlength={8}
            value={code}
            {...named(words.signIn.code)}
            onInput={(event) => setCode(event.detail.value)}
          />
        </View>
      ) : null}
    </Screen>
  );

  // Not a component of its own: a new one at each render would replace WeChat's button while it asks for the number.
  function foot() {
    if (phase === 'code') {
      return (
        <>
          <Button onTap={() => void byCode(mobile, code)}>{words.signIn.enter}</Button>
          <Button kind="link" onTap={() => setPhase('start')}>
            {words.common.back}
          </Button>
        </>
      );
    }
    return (
      <>
        <View className="row agree">
          <Tap
            className={`tick-box ${agreed ? 'on' : ''}`}
            label={words.signIn.agree + words.signIn.privacy}
            on={agreed}
            onTap={() => setAgreed(!agreed)}
          >
            {agreed ? <Icon name="check" size={20} /> : null}
          </Tap>
          <Text className="note">{words.signIn.agree}</Text>
          <Tap className="note ink-brand agree-link" onTap={() => open('privacy')}>
            {words.signIn.privacy}
          </Tap>
        </View>
        {process.env['TARO_ENV'] === 'weapp' ? (
          agreed ? (
            <PlatformButton
              className="btn"
              openType={'getPhoneNumber|agreePrivacyAuthorization'}
              onGetPhoneNumber={(event) => void byPhone((event.detail as { code?: string }).code)}
            >
              {words.signIn.byPhone}
            </PlatformButton>
          ) : (
            <Button onTap={() => setProblem(words.signIn.agreeFirst)}>{words.signIn.byPhone}</Button>
          )
        ) : null}
        {process.env['TARO_ENV'] === 'dd' ? (
          <Button onTap={() => void byWorkChat()}>{words.signIn.byWorkChat}</Button>
        ) : null}
        <Button kind={process.env['TARO_ENV'] === 'h5' ? '' : 'link'} onTap={toCode}>
          {words.signIn.byCode}
        </Button>
      </>
    );
  }
}

const named = (label: string): object =>
  process.env['TARO_ENV'] === 'h5' ? { nativeProps: { 'aria-label': label } } : { ariaLabel: label };

function Who({ person, onYes, onOther }: { person: Me; onYes: () => void; onOther: () => void }) {
  const [wrong, setWrong] = useState(false);
  const { enterprise, specialist } = person;
  return (
    <Screen title={words.who.title} foot={<Button onTap={onYes}>{words.who.yes}</Button>}>
      <View>
        <View className="head">{words.who.question}</View>
        <View className="note">{words.who.found(`${person.mobile.slice(0, 3)}****${person.mobile.slice(-4)}`)}</View>
      </View>
      <View className="card">
        <View className="small">{words.who.officer}</View>
        <View className="title">{person.name}</View>
        <View className="rule" />
        <View className="small">{words.who.enterprise}</View>
        <View className="strong">{enterprise?.name ?? words.who.none}</View>
        {enterprise === null ? null : <View className="small">{enterprise.uscc}</View>}
        <View className="rule" />
        <Pair name={words.who.points}>{words.who.pointsOf(person.points)}</Pair>
        <Pair name={words.who.deputy}>{person.deputies.join('、') || words.who.none}</Pair>
        {specialist === null ? null : <Pair name={words.who.specialist}>{specialist.name}</Pair>}
      </View>
      {wrong ? <Notice icon="info">{words.who.wrongEnterpriseHow}</Notice> : null}
      <View className="card flush">
        <LinkRow title={words.who.wrongEnterprise} onTap={() => setWrong(!wrong)} />
        <LinkRow title={words.who.notMe} onTap={onOther} />
        {specialist === null ? null : (
          <LinkRow
            title={words.common.call(specialist.name)}
            value={specialist.mobile}
            onTap={() => device.call(specialist.mobile)}
          />
        )}
      </View>
      <View className="small">{words.who.foot}</View>
    </Screen>
  );
}
