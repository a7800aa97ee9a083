import { Input, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { timeOf } from '../../../api/clock';
import type { PriorityRow } from '../../../api/types';
import { open, toast } from '../../../components/go';
import { Button, Screen, Skeleton, StateCard } from '../../../components/kit';
import { saidBy } from '../../../components/said';
import { useStore } from '../../../components/store';
import { TroubleCard, TroubleNote } from '../../officer/today/trouble';
import { askHere, here, metresTo } from '../here';
import { priorities } from '../kept';
import { byDistance } from '../order';
import { Chip, EnterpriseRow } from '../parts';
import { words } from '../words';
import { TownshipTabs, type TownshipTab } from './tabs';

/** Shown at once: a phone's page with hundreds of rows is slow to the touch. */
const PAGE = 30;

/** The enterprises of one's region: where a visit helps most, or what is nearest, or by name. */
export function Enterprises({ onTab }: { onTab: (tab: TownshipTab) => void }) {
  const known = useStore(priorities.store);
  const from = useStore(here);
  const [near, setNear] = useState(false);
  const [q, setQ] = useState('');
  const [found, setFound] = useState<{ q: string; rows: PriorityRow[] }>();
  const [most, setMost] = useState(PAGE);
  const { value } = known;
  const at = known.at === undefined ? '' : timeOf(known.at);
  const name = q.trim();
  const own = (value?.rows ?? []).filter((row) => row.enterprise.name.includes(name));
  const matching = found !== undefined && found.q === name ? found.rows : own;
  const rows = near ? byDistance(matching, ({ enterprise }) => metresTo(enterprise, from)) : matching;
  const beyond = value !== undefined && value.total > value.rows.length;
  const searchAll = async () => {
    try {
      setFound({ q: name, rows: (await api.priorities(name)).rows });
    } catch (error) {
      toast(saidBy(error));
    }
  };
  const nameField = { 'aria-label': words.enterprises.search };
  return (
    <Screen
      title={words.enterprises.title}
      line={[value === undefined ? '' : words.enterprises.count(value.total), at && words.township.data(at)]
        .filter(Boolean)
        .join(' · ')}
      foot={<TownshipTabs tab="enterprises" onTab={onTab} />}
    >
      {known.trouble !== undefined && value !== undefined ? <TroubleNote trouble={known.trouble} at={at} /> : null}
      {value === undefined ? (
        known.trouble === undefined ? (
          <Skeleton rows={4} />
        ) : (
          <TroubleCard
            trouble={known.trouble}
            title={words.enterprises.failed}
            how={words.enterprises.failedHow}
            onAgain={() => void priorities.refresh()}
          />
        )
      ) : (
        <>
          <Input
            className="field search-field"
            value={q}
            maxlength={40}
            placeholder={words.enterprises.search}
            placeholderClass="placeholder"
            {...(process.env['TARO_ENV'] === 'h5'
              ? { nativeProps: nameField }
              : { ariaLabel: words.enterprises.search })}
            onInput={(event) => {
              setQ(event.detail.value);
              setMost(PAGE);
            }}
          />
          <View className="chips">
            <Chip on={!near} onTap={() => setNear(false)}>
              {words.where.first}
            </Chip>
            <Chip
              on={near}
              onTap={() => {
                setNear(true);
                void askHere();
              }}
            >
              {words.where.near}
            </Chip>
          </View>
          {near && from.state === 'asking' ? <View className="small center">{words.where.asking}</View> : null}
          {near && from.state === 'none' ? <View className="small center">{words.where.noPlace}</View> : null}
          {rows.length === 0 ? (
            <StateCard icon="list" tone="quiet" title={words.enterprises.nothing}>
              {words.enterprises.nothingHow}
            </StateCard>
          ) : (
            <View className="card flush">
              {rows.slice(0, most).map((row) => (
                <EnterpriseRow
                  key={row.enterprise.id}
                  row={row}
                  onTap={() => open('enterprise', { id: row.enterprise.id })}
                />
              ))}
            </View>
          )}
          {rows.length > most ? (
            <Button kind="second" onTap={() => setMost(most + PAGE)}>
              {words.enterprises.more(Math.min(PAGE, rows.length - most))}
            </Button>
          ) : null}
          {beyond && name === '' ? (
            <View className="small center">{words.enterprises.beyond(value.rows.length, value.total)}</View>
          ) : null}
          {beyond && name !== '' && found?.q !== name ? (
            <Button kind="link" onTap={() => void searchAll()}>
              {words.enterprises.searchAll}
            </Button>
          ) : null}
        </>
      )}
    </Screen>
  );
}
