import { Text, View } from '@tarojs/components';
import type { Deduction, HealthCode } from '../../../api/types';
import { open } from '../../../components/go';
import { Button, Group } from '../../../components/kit';
import { onDay } from '../dates';
import { words } from '../words';

const say = words.code;
/** Rows of one deduction that are told before the rest is only counted. */
const MOST_ROWS = 3;

const mendable = ({ remedies }: Deduction) => remedies.includes('correct') || remedies.includes('repair');

/** What costs points: what can be done something about today, then what goes by itself. */
export function Costs({ code }: { code: HealthCode }) {
  const now = code.deductions.filter(mendable);
  const later = code.deductions.filter((row) => !mendable(row));
  const points = later.reduce((sum, { counted }) => sum + counted, 0);
  return (
    <>
      <Vetoes code={code} />
      {now.length === 0 ? null : (
        <>
          <Group title={say.canDo} />
          <Lines rows={now} code={code} />
        </>
      )}
      {later.length === 0 ? null : (
        <>
          <Group title={say.goes}>{say.sum(Math.round(points * 10) / 10)}</Group>
          <Lines rows={later} code={code} />
        </>
      )}
    </>
  );
}

/** What makes the code red whatever the score, until when; the enterprise may object to it. */
function Vetoes({ code: { vetoes, colour } }: { code: HealthCode }) {
  if (vetoes.length === 0) return null;
  return (
    <>
      <Group title={say.vetoes} />
      <View className="card flush">
        {vetoes.map((veto) => (
          <View key={veto.key} className="item plain">
            <View className="grow">
              <View className="strong">{say.veto(veto.zh, onDay(veto.until), say.colours[colour])}</View>
              <View className="small">{rowsOf(veto.rows)}</View>
              <View className="acts code-acts">
                <Object factKey={veto.key} />
              </View>
            </View>
          </View>
        ))}
      </View>
    </>
  );
}

function Lines({ rows, code }: { rows: readonly Deduction[]; code: HealthCode }) {
  return (
    <View className="card flush">
      {rows.map((row) => (
        <Line key={row.key} row={row} code={code} />
      ))}
    </View>
  );
}

function Line({ row, code }: { row: Deduction; code: HealthCode }) {
  const finding = row.rows.find(({ type }) => type === 'finding');
  const lines = [
    rowsOf(row.rows),
    row.restored ? say.restored : '',
    row.disputed ? say.disputed : '',
    row.expiresAt === null ? say.untilFixed : say.until(onDay(row.expiresAt)),
  ];
  const gain = gainOf(row, code);
  return (
    <View className="item plain">
      <Text className="code-minus">{say.minus(row.counted)}</Text>
      <View className="grow">
        <View>{row.zh}</View>
        <View className="small">{lines.filter(Boolean).join(' · ')}</View>
        {gain === '' ? null : <View className="small code-gain">{gain}</View>}
        {row.remedies.every((remedy) => remedy === 'wait') ? null : (
          <View className="acts code-acts">
            {row.remedies.includes('correct') && finding !== undefined ? (
              <Button small onTap={() => open('finding', { id: finding.id })}>
                {say.correct}
              </Button>
            ) : null}
            {row.remedies.includes('repair') ? (
              <Button small onTap={() => open('codeAct', { kind: 'repair', key: row.key })}>
                {say.repair}
              </Button>
            ) : null}
            {row.remedies.includes('dispute') ? <Object factKey={row.key} /> : null}
          </View>
        )}
      </View>
    </View>
  );
}

/** The way to say that it was not so. */
function Object({ factKey }: { factKey: string }) {
  return (
    <Button small kind="link" onTap={() => open('codeAct', { kind: 'dispute', key: factKey })}>
      {say.dispute}
    </Button>
  );
}

/** What doing this one thing brings: points at once, the best colour sooner. As the server's forward run has it. */
function gainOf(row: Deduction, { outlook, bands }: HealthCode): string {
  const option = outlook.options
    .filter(({ step }) => step.key === row.key && step.kind !== 'dispute')
    .sort((one, other) => other.gain - one.gain)[0];
  if (option === undefined) return '';
  const best = bands[0]?.colour;
  const unaided = outlook.path.find(({ colour }) => colour === best)?.at;
  const sooner =
    option.bestAt !== null &&
    option.colour !== best &&
    (unaided === undefined || Date.parse(option.bestAt) < Date.parse(unaided));
  return [
    option.gain > 0 ? say.gain(option.gain) : '',
    sooner && option.bestAt !== null && best !== undefined ? say.turns(onDay(option.bestAt), say.short[best]) : '',
  ]
    .filter(Boolean)
    .join('，');
}

const rowsOf = (rows: Deduction['rows']): string => {
  const told = rows
    .slice(0, MOST_ROWS)
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join('；');
  return rows.length > MOST_ROWS ? `${told}，${say.more(rows.length)}` : told;
};
