import { Text, View } from '@tarojs/components';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import { askConsents } from '../../../api/consents';
import { forgetSession, keepPerson, sessionStore } from '../../../api/session';
import type { Consents, Notices } from '../../../api/types';
import { open, restart } from '../../../components/go';
import { Button, Group, Icon, LinkRow, Pair, Screen, Sheet, StateCard, Tap } from '../../../components/kit';
import { saidBy } from '../../../components/said';
import { useHeld } from '../../../components/sending';
import { useStore } from '../../../components/store';
import { setTextSize, textSizeStore } from '../../../components/text-size';
import { device } from '../../../device/platform';
import { uuid } from '../../../offline/uuid';
import { words } from '../../../words';
import { Dock, type Tab } from '../today/dock';

const VERSION = '0.3.0';

/** Who I am here, what reaches me, and what to do when I am away. */
export function Me({ onTab }: { onTab: (tab: Tab) => void }) {
  const { person } = useStore(sessionStore);
  const size = useStore(textSizeStore);
  const held = useHeld();
  const waiting = held.waiting + held.stuck;
  const [consents, setConsents] = useState<Consents>();
  const [notices, setNotices] = useState<Notices>();
  const [leaving, setLeaving] = useState(false);
  const [failed, setFailed] = useState<string>();

  const load = useCallback(async () => {
    try {
      setFailed(undefined);
      const [left, all, me] = await Promise.all([api.consents(), api.notices(), api.me()]);
      setConsents(left);
      setNotices(all);
      await keepPerson(me);
      const newest = all.rows[0];
      if (all.unread > 0 && newest !== undefined) await api.readNotices(newest.id);
    } catch (error) {
      setFailed(saidBy(error));
    }
  }, []);
  useEffect(() => void load(), [load]);

  const more = async () => {
    if (consents === undefined) return;
    const results = await askConsents(consents.templates);
    if (results === undefined) return;
    setConsents(await api.recordConsents(uuid(), results));
  };
  const signOut = async () => {
    if (device.kind === 'h5') await api.endWeb().catch(() => undefined);
    await forgetSession();
    restart('signIn');
  };
  const specialist = person?.specialist ?? null;
  return (
    <Screen title={words.me.title} line={person?.enterprise?.name ?? ''} foot={<Dock tab="me" onTab={onTab} />}>
      <View className="card">
        <View className="head">{person?.name ?? ''}</View>
        <View className="note">{`${words.who.officer} · ${person?.mobile ?? ''}`}</View>
        <View className="rule" />
        <Pair name={words.who.points}>{words.who.pointsOf(person?.points ?? 0)}</Pair>
        <Pair name={words.who.deputy}>{(person?.deputies ?? []).join('、') || words.who.none}</Pair>
        {specialist === null ? null : <Pair name={words.who.specialist}>{specialist.name}</Pair>}
      </View>
      {failed !== undefined ? (
        <StateCard
          icon="offline"
          tone="care"
          title={words.me.failed}
          acts={
            <Button small kind="second" onTap={() => void load()}>
              {words.common.again}
            </Button>
          }
        >
          {failed}
        </StateCard>
      ) : null}
      <Group title={words.me.notify} />
      <View className="card">
        {device.kind === 'weapp' && consents !== undefined ? (
          <View className="row">
            <View className="grow">
              {Object.values(consents.remaining).every((left) => left === 0)
                ? words.me.notifyNone
                : words.me.notifyHow(consents.remaining, consents.templates.notice !== undefined)}
            </View>
            <Button small kind="second" onTap={() => void more()}>
              {words.me.notifyMore}
            </Button>
          </View>
        ) : (
          <View className="note">{words.me.notifyElsewhere}</View>
        )}
      </View>
      {notices === undefined ? null : (
        <View className="card flush">
          {notices.rows.length === 0 ? <View className="item middle plain">{words.me.noNotices}</View> : null}
          {notices.rows.slice(0, 5).map((notice) => (
            <View key={notice.id} className="item plain">
              <View className="grow">
                <View className="item-title">
                  <Text>{notice.title}</Text>
                  <Text className="item-code">{`${dayWords(dateOf(notice.at))} ${timeOf(notice.at)}`}</Text>
                </View>
                <View className="note">{notice.body}</View>
              </View>
              {notice.read ? null : <Icon name="bell" size={18} />}
            </View>
          ))}
        </View>
      )}
      <View className="card flush">
        <LinkRow icon="shield" title={words.me.code} onTap={() => open('code')} />
        <LinkRow icon="flag" title={words.me.credit} onTap={() => open('credit')} />
      </View>
      <View className="card flush">
        <LinkRow icon="send" title={words.me.outbox} line={words.sending.held(held)} onTap={() => open('outbox')} />
        <LinkRow icon="swap" title={words.me.leave} onTap={() => open('leave')} />
        <LinkRow icon="pause" title={words.me.suspension} onTap={() => open('suspension')} />
      </View>
      <Group title={words.me.size} />
      <View className="choices wrap">
        {words.me.sizes.map((name, index) => (
          <Tap
            key={name}
            className={`choice ${size === index ? 'tinted' : ''}`}
            on={size === index}
            onTap={() => setTextSize(index)}
          >
            {name}
          </Tap>
        ))}
      </View>
      <View className="card flush">
        <LinkRow icon="shield" title={words.me.privacy} onTap={() => open('privacy')} />
        <LinkRow icon="help" title={words.me.help} onTap={() => open('help')} />
        {specialist === null ? null : (
          <LinkRow
            icon="phone"
            title={words.common.call(specialist.name)}
            onTap={() => device.call(specialist.mobile)}
          />
        )}
        <LinkRow icon="exit" title={words.me.signOut} onTap={() => (waiting > 0 ? setLeaving(true) : void signOut())} />
      </View>
      <View className="small center">{`${words.me.version} ${VERSION}`}</View>
      {leaving ? (
        <Sheet onClose={() => setLeaving(false)}>
          <View className="head">{words.me.signOut}</View>
          <View className="note" style={{ margin: '8px 0 16px' }}>
            {words.me.signOutAsk(waiting)}
          </View>
          <Button onTap={() => setLeaving(false)}>{words.me.signOutNo}</Button>
          <Button kind="link" onTap={() => void signOut()}>
            {words.me.signOutYes}
          </Button>
        </Sheet>
      ) : null}
    </Screen>
  );
}
