import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '../../../api/client';
import type { VisitStory } from '../../../api/types';
import { Fetched } from '../../../components/fetched';
import { decoded } from '../../../components/go';
import { useStore } from '../../../components/store';
import { emptyDraft, keyOf, visitDrafts, type VisitDraft } from '../../../offline/visits';
import { words } from '../words';
import { Begin } from './begin';
import { RecordForm } from './record';
import { Story } from './story';

const say = words.visits;

/** One visit: set out or make a day of it, write down what was seen, look again. */
export default function VisitPage() {
  const { params } = useRouter();
  const id = params['id'];
  const enterprise = params['enterprise'] ?? '';
  if (id !== undefined && id !== '') {
    return (
      <Fetched
        title={say.title}
        failed={say.failed}
        failedHow={say.failedHow}
        fetch={() => api.visit(id)}
        kept={`visit-story/${id}`}
      >
        {(story, onChange) => <Planned story={story} onChange={onChange} />}
      </Fetched>
    );
  }
  const warningId = decoded(params['warning']);
  const overrideReason = decoded(params['reason']);
  return (
    <Fetched
      title={say.title}
      failed={words.enterprise.failed}
      failedHow={words.enterprise.failedHow}
      fetch={() => api.card(enterprise)}
      kept={`card/${enterprise}`}
    >
      {(card) => (
        <Unplanned
          key={enterprise}
          given={emptyDraft(
            { id: card.enterprise.id, name: card.enterprise.name },
            {
              ...(warningId === undefined ? {} : { warningId }),
              ...(overrideReason === undefined ? {} : { overrideReason }),
            },
          )}
        />
      )}
    </Fetched>
  );
}

/** A visit that is on the server's list. */
function Planned({ story, onChange }: { story: VisitStory; onChange: (story: VisitStory) => void }) {
  const draft = useStore(visitDrafts.store).get(story.id);
  if (story.state === 'planned' && draft?.token !== undefined) {
    return <RecordForm id={keyOf(story.id, story.enterprise.id)} draft={draft} />;
  }
  return <Story story={story} onChange={onChange} />;
}

/** A visit that is on nobody's list yet. */
function Unplanned({ given }: { given: VisitDraft }) {
  const id = keyOf(undefined, given.enterprise.id);
  const kept = useStore(visitDrafts.store).get(id);
  const [first] = useState(given);
  const draft = kept ?? first;
  return draft.token === undefined ? <Begin id={id} draft={draft} /> : <RecordForm id={id} draft={draft} />;
}
