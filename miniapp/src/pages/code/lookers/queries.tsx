import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { dateOf, dayWords, timeOf } from '../../../api/clock';
import type { CodeQueries } from '../../../api/types';
import { toast } from '../../../components/go';
import { Button } from '../../../components/kit';
import { mine } from '../mine';
import { saidBy } from '../../../components/said';
import { words } from '../words';

const say = words.lookers;

/** Who looked, at what, the last first. */
export function Queries({ first }: { first: CodeQueries }) {
  const [pages, setPages] = useState<readonly CodeQueries[]>([]);
  const { next } = pages[pages.length - 1] ?? first;
  const rows = [first, ...pages].flatMap((page) => page.rows);
  const more = async () => {
    if (next === null) return;
    try {
      const page = await api.codeQueries(mine(), next);
      setPages([...pages, page]);
    } catch (error) {
      toast(saidBy(error));
    }
  };
  return (
    <>
      <View className="card flush">
        {rows.length === 0 ? <View className="item plain">{say.none}</View> : null}
        {rows.map((row) => (
          <View key={row.id} className="item plain middle">
            <View className="grow">
              <View>{row.name}</View>
              <View className="small">
                {say.seen(row.fields.map((field) => say.fields[field] ?? field).join('、'))}
              </View>
            </View>
            <Text className="small">{`${dayWords(dateOf(row.at))} ${timeOf(row.at)}`}</Text>
          </View>
        ))}
      </View>
      {next === null ? null : (
        <Button kind="second" onTap={() => void more()}>
          {say.more}
        </Button>
      )}
    </>
  );
}
