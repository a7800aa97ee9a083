import { View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '../../../api/client';
import { currentPerson } from '../../../api/session';
import type { Agencies, CodeQueries } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { Group, Screen } from '../../../components/kit';
import { mine } from '../mine';
import { words } from '../words';
import { Consents } from './consents';
import { Queries } from './queries';
import '../code.css';

const say = words.lookers;

interface Whole {
  agencies: Agencies['rows'];
  queries: CodeQueries;
}

/** Who may look at the code and who did: what an agency sees beyond colour and grade is the enterprise's to allow. */
export default function LookersPage() {
  return (
    <Fetched
      title={say.title}
      failed={say.failed}
      failedHow={say.failedHow}
      fetch={async (): Promise<Whole> => {
        const [agencies, queries] = await Promise.all([api.agencies(mine()), api.codeQueries(mine())]);
        return { agencies: agencies.rows, queries };
      }}
      kept="lookers"
    >
      {(whole) => <Lookers whole={whole} />}
    </Fetched>
  );
}

function Lookers({ whole }: { whole: Whole }) {
  // What a change answers stands until the page is fetched anew.
  const [changed, setChanged] = useState<Agencies['rows']>();
  return (
    <Screen title={say.title} line={currentPerson()?.enterprise?.name ?? ''} inner>
      <View className="note code-note">{say.how}</View>
      <Group title={say.consents} />
      <Consents agencies={changed ?? whole.agencies} onChange={setChanged} />
      <Group title={say.queries} />
      <Queries first={whole.queries} />
    </Screen>
  );
}
