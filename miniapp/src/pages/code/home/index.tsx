import { Text, View } from '@tarojs/components';
import { api } from '../../../api/client';
import { timeOf } from '../../../api/clock';
import type { HealthCode } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { open } from '../../../components/go';
import { LinkRow, Screen } from '../../../components/kit';
import { mine } from '../mine';
import { words } from '../words';
import { Ahead } from './ahead';
import { Costs } from './costs';
import { Plate } from './plate';
import '../code.css';

const say = words.code;

/** The enterprise's code, live; what it is made of, and what can be done about it. */
export default function CodePage() {
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={() => api.healthCode(mine())}
      kept="code"
      again
    >
      {(code, _, trouble) => (
        <Screen title={say.title} line={code.enterprise.name} inner>
          <Plate code={code} trouble={trouble} />
          <Ahead code={code} />
          <Costs code={code} />
          <Sum code={code} />
          <View className="card flush">
            <LinkRow title={say.days} line={say.daysHow} onTap={() => open('codeDays')} />
            <LinkRow title={say.lookers} line={say.lookersHow} onTap={() => open('lookers')} />
          </View>
        </Screen>
      )}
    </Fetched>
  );
}

/** How the score comes about, under which rules, and that honesty costs nothing. */
function Sum({ code }: { code: HealthCode }) {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  const lost = tenth(code.dimensions.reduce((sum, { counted }) => sum + counted, 0));
  const bonus = tenth(code.bonuses.reduce((sum, { points }) => sum + points, 0));
  const footnote = [
    say.honest,
    code.bonuses.length === 0 ? '' : say.bonus(code.bonuses.map(({ zh }) => zh).join('、')),
    say.ruleSet(code.ruleSet.name, timeOf(code.evaluatedAt)),
  ];
  return (
    <>
      <View className="card">
        <View className="pair">
          <Text>{lost === 0 && bonus === 0 ? say.none : say.total(lost, bonus)}</Text>
          <Text className="strong">{say.score(code.score)}</Text>
        </View>
      </View>
      <View className="small center">{footnote.join('')}</View>
    </>
  );
}
