import { randomInt, randomUUID } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import { createTestApp, type TestApp } from '../builders/app';
import { buildActor, buildEnterprise } from '../builders/directory';

/** Records from Excel: all rows of a file, or none and a file that names each fault and can be mended and sent again. */

let test: TestApp;
let ours: string;
let theirs: string;
const tokens = new Map<string, { authorization: string }>();

beforeAll(async () => {
  test = await createTestApp();
  ours = await usccOf(await buildEnterprise(read()));
  theirs = await usccOf(await buildEnterprise(read(), { region: '330522100' }));
  for (const [name, personId] of Object.entries({
    township: await buildActor(read(), 'township', { region: '330521001' }),
    colleague: await buildActor(read(), 'enforcement'),
  })) {
    tokens.set(name, { authorization: `Bearer ${await test.tokenOf(personId)}` });
  }
});
afterAll(() => test?.close());
beforeEach(async () => {
  for (const table of ['penalty', 'petition', 'incident']) await read().execute(`DELETE FROM ${table}`);
  // Somebody else each time: a person may send only so many files in ten minutes.
  const personId = await buildActor(read(), 'enforcement');
  tokens.set('enforcement', { authorization: `Bearer ${await test.tokenOf(personId)}` });
});

const read = () => test.app.core.db.read;
const usccOf = async (id: number): Promise<string> => {
  const [row] = await read().query<{ uscc: string }>('SELECT uscc FROM enterprise WHERE id = ?', [id]);
  return row!.uscc;
};
const get = (path: string, who = 'enforcement') => test.http.get(path).set(tokens.get(who)!);
const count = async (table: string): Promise<number> => {
  const [row] = await read().query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
  return row!.n;
};

type Value = string | number | Date | null | { formula: string; result: string | number };
const sheet = async (rows: Value[][]): Promise<Buffer> => {
  const workbook = new ExcelJS.Workbook();
  workbook.addWorksheet('导入').addRows(rows);
  return Buffer.from(await workbook.xlsx.writeBuffer());
};
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const PENALTY = [
  '统一社会信用代码*',
  '决定文号*',
  '决定日期*',
  '处罚种类*',
  '罚款金额（元）',
  '一票否决',
  '内容*',
  '处罚机关',
];
const fine = (no: string): Value[] => [ours, no, '2026-11-18', '罚款', 42_000, null, '废水超标排放。', null];

const send = (path: string, content: Buffer, who = 'enforcement', clientUuid = randomUUID()) =>
  test.http
    .post(path)
    .query({ clientUuid, fileName: '处罚.xlsx' })
    .set(tokens.get(who)!)
    .type(XLSX)
    .serialize((body: unknown) => body as string)
    .send(content);
/** Sends a file and waits until it has been worked through. */
const bring = async (path: string, content: Buffer, who = 'enforcement') => {
  const { body } = await send(path, content, who);
  await test.app.jobs.tickLoops();
  return (await get(`/api/imports/${body.id}`, who)).body;
};
const binary = (response: NodeJS.ReadableStream, done: (error: null, body: Buffer) => void) => {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
};
const download = async (path: string): Promise<ExcelJS.Worksheet> => {
  const answer = await get(path)
    .buffer(true)
    .parse(binary as never);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(answer.body as ExcelJS.Buffer);
  return workbook.worksheets[0]!;
};
const valuesOf = (worksheet: ExcelJS.Worksheet): Value[][] =>
  worksheet
    .getSheetValues()
    .slice(1)
    .map((row) => ((row ?? []) as Value[]).slice(1));

it('takes a file whole, with its steps and one event', async () => {
  const rows = [
    PENALTY,
    fine('德 1 号'),
    [ours, '德 2 号', new Date('2026-11-01T00:00:00Z'), '责令改正', null, null, '台账不全。'],
  ];
  expect(await bring('/api/penalties-imports', await sheet(rows))).toMatchObject({
    state: 'done',
    rows: 2,
    faultyRows: 0,
    faults: [],
  });
  const { body } = await get('/api/penalties');
  expect(body.rows).toMatchObject([
    { documentNo: '德2号', kind: 'order', decidedOn: '2026-11-01', amount: null },
    { documentNo: '德1号', kind: 'fine', decidedOn: '2026-11-18', amount: 42_000 },
  ]);
  expect((await get(`/api/penalties/${body.rows[0].id}`)).body.steps).toMatchObject([{ kind: 'import' }]);
  const [event] = await read().query<{ payload: string }>(
    "SELECT payload FROM event WHERE type = 'dossier.imported' ORDER BY id DESC LIMIT 1",
  );
  expect(JSON.stringify(event)).toContain('rows');
});

it('names every fault, imports nothing, and takes the mended file', async () => {
  const rows = [
    PENALTY,
    fine('德 11 号'),
    [],
    [theirs, '德 12 号', '2026-11-18', '罚款', 1000, null, '别的县的企业'],
    ['91330521MA00000000', '德 11 号', '2026-02-30', '罚钱', -5, null, null],
    [ours, '德 13 号', '2026-11-24', '警告', null, null, '=1+1', '@SUM(A1)'],
    [ours, '德 15 号', '1026-11-24', '警告', null, null, '-2+3', '+4'],
  ];
  const result = await bring('/api/penalties-imports', await sheet(rows));
  expect(result).toMatchObject({ state: 'faulty', rows: 5, faultyRows: 4 });
  expect(result.faults).toEqual([
    { row: 4, column: 'A', problem: '统一社会信用代码：辖区内没有这家企业' },
    { row: 5, column: 'G', problem: '内容：没有填' },
    { row: 5, column: 'A', problem: '统一社会信用代码：代码不对，请核对 18 位' },
    { row: 5, column: 'C', problem: '决定日期：日期看不懂，请写成 2026-11-20' },
    { row: 5, column: 'D', problem: '处罚种类：“罚钱”不在可选范围内' },
    { row: 5, column: 'E', problem: '罚款金额（元）：不是正数，或多于两位小数' },
    { row: 5, column: 'B', problem: '决定文号：与第 2 行重复' },
    { row: 6, column: null, problem: '日期不能晚于今天。' },
    { row: 7, column: null, problem: '日期太早，请核对（应在 2000 年以后）。' },
  ]);
  expect(await count('penalty')).toBe(0);

  const back = await download(`/api/imports/${result.id}/faults`);
  const values = valuesOf(back);
  expect(values[0]).toEqual([...PENALTY, '错误说明']);
  expect(values[1]![8]).toBeUndefined();
  // Rows keep the numbers that the faults name.
  expect(values[3]![8]).toBe('统一社会信用代码：辖区内没有这家企业');
  expect(values[4]![8]).toContain('决定文号：与第 2 行重复');
  const marked = ['A4', 'B4', 'A5', 'B5', 'C5', 'D5', 'E5', 'F5', 'G5', 'A6'].filter(
    (name) => (back.getCell(name).fill as { pattern?: string } | undefined)?.pattern === 'solid',
  );
  expect(marked).toEqual(['A4', 'A5', 'B5', 'C5', 'D5', 'E5', 'G5']);
  // What looks like a formula comes back as text.
  expect(['G6', 'H6', 'G7', 'H7'].map((name) => back.getCell(name).value)).toEqual(['=1+1', '@SUM(A1)', '-2+3', '+4']);

  values[3]![0] = ours;
  values[4] = [ours, '德 14 号', '2026年2月3日', '警告', null, null, '补填'];
  values[5]![2] = '2026/11/20';
  values[6]![2] = '2026/11/20';
  const mended = await bring('/api/penalties-imports', await sheet(values));
  expect(mended).toMatchObject({ state: 'done', rows: 5, faultyRows: 0 });
  expect(await count('penalty')).toBe(5);
});

it('finds numbers that come twice, in the file and in what is registered, however they are typed', async () => {
  await bring('/api/penalties-imports', await sheet([PENALTY, fine('湖德环罚〔2026〕21号')]));
  const again = await bring(
    '/api/penalties-imports',
    await sheet([PENALTY, fine('ab 22 号'), fine('ＡＢ22号'), fine('湖德环罚（2026） 21 号'), fine('𠮷'), fine('𠮶')]),
  );
  expect(again.faults).toEqual([
    { row: 3, column: 'B', problem: '决定文号：与第 2 行重复' },
    { row: 4, column: 'B', problem: '决定文号：已经登记过' },
  ]);
  // What the database's language would take for the same is not the same here.
  expect(await bring('/api/penalties-imports', await sheet([PENALTY, fine('𠮷'), fine('𠮶')]))).toMatchObject({
    state: 'done',
  });
});

it('reads what people write: moved columns, full-width digits, results of formulas, amounts with commas', async () => {
  const moved = ['内容', '罚款金额（元）', '处罚种类', '决定日期', '决定文号', '统一社会信用代码', '序号'];
  const row: Value[] = [
    { formula: 'A1', result: '超标' },
    '４２，０００ 元',
    ' 罚款 ',
    '２０２６年１１月１８日',
    '德 31 号',
    ours.toLowerCase(),
    7,
  ];
  expect(await bring('/api/penalties-imports', await sheet([moved, row, [null, null]]))).toMatchObject({
    state: 'done',
    rows: 1,
  });
  expect((await get('/api/penalties')).body.rows).toMatchObject([{ amount: 42_000, content: '超标' }]);
});

it('keeps every character of a long file', async () => {
  const text = '夜间排放废水，责令改正。'.repeat(12);
  const rows = Array.from({ length: 3000 }, (_, index) => [
    ours,
    `长 ${index} 号`,
    '2026-01-05',
    '警告',
    null,
    null,
    text,
  ]);
  expect(await bring('/api/penalties-imports', await sheet([PENALTY, ...rows]))).toMatchObject({ state: 'done' });
  const [row] = await read().query<{ n: number }>('SELECT COUNT(*) AS n FROM penalty WHERE content = ?', [text]);
  expect(row!.n).toBe(3000);
});

it('takes petitions with their conclusions, and incidents with their hour', async () => {
  const petitions = [
    ['统一社会信用代码', '收到日期', '来源', '事项', '内容', '登记编号', '核查结论', '核查情况', '核查日期'],
    [ours, '2026-11-01', '热线', '异味', '夜间气味', null, '查实', '确有异味', '2026-11-05'],
    [ours, '2026-11-02', '来信', '噪声', '风机噪声', null, null, null],
  ];
  await bring('/api/petitions-imports', await sheet(petitions), 'township');
  expect((await get('/api/petitions')).body.rows).toMatchObject([
    { state: 'received', issue: 'noise', answerBy: '2027-01-01' },
    { state: 'verified', issue: 'odour', result: '确有异味' },
  ]);
  // Whoever looks into petitions here hears of what the file has brought, once.
  await test.app.jobs.tickLoops();
  const told = await read().query<{ title: string }>(
    "SELECT JSON_VALUE(content, '$.title') AS title FROM notification WHERE kind = 'records.imported'",
  );
  expect(told.length).toBeGreaterThan(1);
  expect(new Set(told.map(({ title }) => title))).toEqual(new Set(['导入了 1 件信访']));
  // It counts from the day of its verdict, not from the day of the import.
  const [verified] = await read().query<{ at: Date }>("SELECT decided_at AS at FROM petition WHERE state = 'verified'");
  expect(verified!.at).toEqual(new Date('2026-11-05T00:00:00+08:00'));
  const half = [petitions[0]!, [ours, '2026-11-01', '热线', '异味', '气味', null, '查实', null, '2026-10-01']];
  expect((await bring('/api/petitions-imports', await sheet(half), 'township')).faults).toEqual([
    { row: 2, column: 'H', problem: '核查情况：有核查结论时必填' },
    { row: 2, column: 'I', problem: '核查日期：应在收到日期之后，不晚于今天' },
  ]);
  const incidents = [
    ['统一社会信用代码', '发生时间', '种类', '等级', '内容'],
    [ours, new Date('2026-11-22T03:00:00Z'), '泄漏', '重大', '储罐渗漏'],
  ];
  await bring('/api/incidents-imports', await sheet(incidents), 'township');
  // Three in the morning on Chinese clocks.
  expect((await get('/api/incidents')).body.rows).toMatchObject([
    { happenedAt: '2026-11-21T19:00:00.000Z', level: 'major' },
  ]);
});

it('keeps files of any admitted size, in and out', async () => {
  const noise = () => Array.from({ length: 1000 }, () => String.fromCharCode(0x4e00 + randomInt(20_000))).join('');
  const rows = Array.from({ length: 5500 }, (_, index) => [
    ours,
    `大 ${index} 号`,
    '2026-01-05',
    '警告',
    null,
    null,
    noise(),
  ]);
  const content = await sheet([PENALTY, ...rows, [ours]]);
  // More than a packet of the database holds once it is escaped.
  expect(content.length).toBeGreaterThan(9 * 1024 * 1024);
  const { id, state } = await bring('/api/penalties-imports', content);
  expect(state).toBe('faulty');
  const back = await download(`/api/imports/${id}/faults`);
  expect(back.rowCount).toBe(5502);
  expect(back.getCell('G5001').value).toBe(rows[4999]![6]);
});

it('gives a file up that ends its worker again and again', async () => {
  const { body } = await send('/api/penalties-imports', await sheet([PENALTY, fine('德 61 号')]));
  await read().execute('UPDATE dossier_import SET attempts = 3 WHERE id = ?', [body.id]);
  await test.app.jobs.tickLoops();
  expect((await get(`/api/imports/${body.id}`)).body).toMatchObject({ state: 'failed' });
  expect(await count('penalty')).toBe(0);
});

it('takes a file once that is sent twice at the same time, and a faulty one as often as it comes', async () => {
  const content = await sheet([PENALTY, fine('德 42 号')]);
  const answers = await Promise.all([1, 2, 3].map(() => send('/api/penalties-imports', content)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  await test.app.jobs.tickLoops();
  expect(await count('penalty')).toBe(1);
  const faulty = await sheet([PENALTY, [ours]]);
  for (const _ of [1, 2]) {
    expect(await bring('/api/penalties-imports', faulty)).toMatchObject({ state: 'faulty', faultyRows: 1 });
  }
});

it('knows a file that it has taken, and a request that comes twice', async () => {
  const content = await sheet([PENALTY, fine('德 41 号')]);
  const clientUuid = randomUUID();
  const first = await send('/api/penalties-imports', content, 'enforcement', clientUuid);
  expect((await send('/api/penalties-imports', content, 'enforcement', clientUuid)).body.id).toBe(first.body.id);
  expect((await send('/api/penalties-imports', content)).body.code).toBe('DOSSIER.FILE_KNOWN');
  expect((await get(`/api/imports/${first.body.id}`, 'colleague')).body.code).toBe('WIRE.NOT_FOUND');
  expect(await count(`dossier_file WHERE import_id = ${first.body.id}`)).toBe(1);
  await test.app.jobs.tickLoops();
  expect(await count('penalty')).toBe(1);
  // What has been read is not kept.
  expect(await count(`dossier_file WHERE import_id = ${first.body.id}`)).toBe(0);
});

/** Penalties as they are in the test above, in a book that somebody has worked on. */
const book = async (change: (worksheet: ExcelJS.Worksheet, workbook: ExcelJS.Workbook) => void): Promise<Buffer> => {
  const workbook = new ExcelJS.Workbook();
  const worksheet = workbook.addWorksheet('导入');
  worksheet.addRows([PENALTY, fine('德 71 号')]);
  change(worksheet, workbook);
  return Buffer.from(await workbook.xlsx.writeBuffer());
};
const faultsOf = async (content: Buffer) => (await bring('/api/penalties-imports', content)).faults as object[];
const told = (row: number, column: string | null, problem: string) => ({
  row,
  column,
  problem: expect.stringContaining(problem),
});

describe('drops nothing in silence', () => {
  it.each([
    [
      'a heading that matches no column, with the one that may be meant',
      (sheetOf: ExcelJS.Worksheet) => (sheetOf.getCell('F1').value = '一票否决情形'),
      told(1, 'F', '“一票否决情形”不是模板里的列（是不是“一票否决”？），请改成模板里的列名，或删除这一列'),
    ],
    [
      'a number as a heading',
      (sheetOf: ExcelJS.Worksheet) => (sheetOf.getCell('I1').value = 2026),
      told(1, 'I', '“2026”不是模板里的列，'),
    ],
    [
      'a heading that comes twice',
      (sheetOf: ExcelJS.Worksheet) => (sheetOf.getCell('I1').value = '内容 ＊'),
      told(1, 'I', '“内容”有两列（G 列和 I 列），请只留一列'),
    ],
    [
      'something under no heading',
      (sheetOf: ExcelJS.Worksheet) => (sheetOf.getCell('J2').value = '移送公安'),
      told(2, 'J', '这一列没有列名，请补上列名，或删除这一格'),
    ],
    [
      'something far to the right',
      (sheetOf: ExcelJS.Worksheet) => (sheetOf.getCell('BA1').value = '一票否决'),
      told(1, 'AO', '“一票否决”有两列（F 列和 AO 列）'),
    ],
    [
      'titles above the headings',
      (sheetOf: ExcelJS.Worksheet) => {
        sheetOf.insertRows(1, [['2026 年处罚登记表'], ['填表单位：德清分局']]);
        sheetOf.mergeCells('A1:H1');
      },
      told(1, null, '列名应在最上面，现在在第 3 行。请删除第 1—2 行，再重新上传'),
    ],
  ])('%s', async (_what, change, fault) => {
    const content = await book(change);
    expect(await faultsOf(content)).toEqual([fault]);
    expect(await count('penalty')).toBe(0);
  });

  it('keeps every column of such a file in the one that names the faults', async () => {
    const content = await book((sheetOf) => {
      sheetOf.insertRow(1, ['2026 年处罚登记表']);
      sheetOf.getCell('J3').value = '移送公安';
    });
    const { id } = await bring('/api/penalties-imports', content);
    const back = await download(`/api/imports/${id}/faults`);
    expect([back.getCell('J3').value, back.getCell('G3').value]).toEqual(['移送公安', '废水超标排放。']);
    expect(back.getCell('K1').value).toContain('错误说明：列名应在最上面');
  });

  it.each([
    ['a code of 18 digits that has been rounded', 'A2', 913305210000000000, undefined, '统一社会信用代码：是数字格式'],
    ['zeros that only the format shows', 'B2', 42, '000000', '决定文号：是数字格式'],
    [
      'a number that was taken for a date',
      'B2',
      new Date('2026-05-01T00:00:00Z'),
      'm"-"d',
      '决定文号：被表格软件改成了日期',
    ],
    ['a number that was shortened', 'B2', '3.30521E+17', '@', '决定文号：被表格软件缩写过'],
    ['a formula that went wrong', 'G2', { error: '#REF!' }, undefined, '内容：公式出错（#REF!）'],
    ['a formula that makes a number', 'B2', { formula: '40+2', result: 42 }, undefined, '决定文号：是数字格式'],
    ['a truth value', 'H2', true, undefined, '处罚机关：是 TRUE 或 FALSE'],
  ] as const)('names %s, and says what to do', async (_what, cell, value, format, problem) => {
    const content = await book((sheetOf) => {
      sheetOf.getCell(cell).value = value;
      if (format !== undefined) sheetOf.getCell(cell).numFmt = format;
    });
    const [fault, ...others] = await faultsOf(content);
    expect(fault).toEqual(told(2, cell[0]!, problem));
    expect(fault).toEqual(told(2, cell[0]!, '请'));
    expect(others).toEqual([]);
  });

  it('asks to show a hidden sheet, and to choose between two that hold something', async () => {
    const hidden = await book((_, workbook) => (workbook.addWorksheet('上半年').state = 'hidden'));
    expect(await faultsOf(hidden)).toEqual([told(1, null, '有隐藏的工作表“上半年”。')]);
    const two = await book((_, workbook) => workbook.addWorksheet('续 & 补').addRows([PENALTY, fine('德 72 号')]));
    expect(await faultsOf(two)).toEqual([told(1, null, '有内容的工作表不止一个（导入、续 & 补）。')]);
    expect(await count('penalty')).toBe(0);
  });
});

it('takes what is only formatted for nothing: empty sheets, a sheet kept by a program, rows and columns to the end', async () => {
  const content = await book((sheetOf, workbook) => {
    workbook.addWorksheet('Sheet2');
    workbook.addWorksheet('WpsReserved_CellImgList').state = 'veryHidden';
    workbook.addWorksheet('填写说明').addRow(['怎样填']);
    const grey = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEEEEEE' } } as const;
    sheetOf.getCell('A3').fill = grey;
    sheetOf.getCell('B4').value = '\u00a0\u200b ';
    sheetOf.getCell('AZ5').fill = grey;
    sheetOf.getRow(1_048_576).getCell(1).fill = grey;
    // What people's programs write beside: other words for a date.
    sheetOf.getCell('C2').value = new Date('2026-11-18T00:00:00Z');
    sheetOf.getCell('C2').numFmt = 'yyyy"年"m"月"d"日";@';
  });
  expect(await bring('/api/penalties-imports', content)).toMatchObject({ state: 'done', rows: 1, faults: [] });
  expect((await get('/api/penalties')).body.rows).toMatchObject([{ decidedOn: '2026-11-18' }]);
});

it('keeps text as text in its template, and in the file that names the faults', async () => {
  const answer = await get('/api/penalties-template')
    .buffer(true)
    .parse(binary as never);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(answer.body as ExcelJS.Buffer);
  const worksheet = workbook.worksheets[0]!;
  const formats = (from: ExcelJS.Worksheet, row: number) =>
    [...'ABCDEFGH'].map((letter) => from.getCell(`${letter}${row}`).numFmt === '@');
  const text = [true, true, false, false, false, false, true, true];
  expect([formats(worksheet, 2), formats(worksheet, 2001)]).toEqual([text, text]);
  expect(formats(worksheet, 1)).not.toContain(true);
  worksheet.getCell('A2').value = ours;
  worksheet.getCell('B2').value = '';
  const filled = Buffer.from(await workbook.xlsx.writeBuffer());
  const { id, rows } = await bring('/api/penalties-imports', filled);
  expect(rows).toBe(1);
  const back = await download(`/api/imports/${id}/faults`);
  expect(formats(back, 2)).toEqual(text);
});

describe('refuses', () => {
  it('what is no sheet, at once or when it is read', async () => {
    expect((await send('/api/penalties-imports', Buffer.from('%PDF-1.7 not a sheet'))).body.code).toBe(
      'DOSSIER.NOT_A_SHEET',
    );
    const torn = Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(64, 7)]);
    expect((await send('/api/penalties-imports', torn)).body.code).toBe('DOSSIER.NOT_A_SHEET');
    expect(await bring('/api/penalties-imports', zip({ 'hello.txt': 'hello' }))).toMatchObject({
      state: 'failed',
      faults: [{ row: 1, column: null, problem: '文件无法读取，请用模板填写。' }],
    });
  });

  it('a small file that unpacks to far too much', async () => {
    const bomb = zip({ 'xl/worksheets/sheet1.xml': Buffer.alloc(450 * 1024 * 1024) }, 100);
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect((await send('/api/penalties-imports', bomb)).body.code).toBe('DOSSIER.FILE_TOO_LARGE');
  });

  it('a book that would fill the memory with texts, without harm to anybody else', async () => {
    const related = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const part = (to: string, target: string) =>
      `<Relationship Id="${to}" Type="${related}/${to}" Target="${target}"/>`;
    const content = zip({
      '[Content_Types].xml': '<Types/>',
      '_rels/.rels': `<Relationships>${part('officeDocument', 'xl/workbook.xml')}</Relationships>`,
      'xl/workbook.xml': `<workbook xmlns:r="${related}"><sheets><sheet name="a" sheetId="1" r:id="worksheet"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships>${part('worksheet', 'worksheets/sheet1.xml')}${part('sharedStrings', 'sharedStrings.xml')}</Relationships>`,
      'xl/worksheets/sheet1.xml': '<worksheet><sheetData/></worksheet>',
      'xl/sharedStrings.xml': `<sst>${'<si><t>x</t></si>'.repeat(4_500_000)}</sst>`,
    });
    expect(await bring('/api/penalties-imports', content)).toMatchObject({
      state: 'failed',
      faults: [{ row: 1, column: null, problem: '文件内容太多，请拆成几个文件。' }],
    });
  });

  it('a sheet without its columns, and one without rows', async () => {
    expect(await bring('/api/penalties-imports', await sheet([['内容'], ['x']]))).toMatchObject({
      state: 'faulty',
      faults: [{ row: 1, column: null, problem: '缺少列：统一社会信用代码、决定文号、决定日期、处罚种类' }],
    });
    expect((await bring('/api/penalties-imports', await sheet([PENALTY]))).faults).toEqual([
      { row: 1, column: null, problem: '表里没有数据' },
    ]);
  });

  it('penalties from the township', async () => {
    const answer = await send('/api/penalties-imports', await sheet([PENALTY, fine('德 51 号')]), 'township');
    expect(answer.body.code).toBe('AUTH.ROLE_NOT_ALLOWED');
  });
});

it('gives a template that it takes itself', async () => {
  const worksheet = await download('/api/penalties-template');
  const values = valuesOf(worksheet);
  expect(values[0]).toEqual(PENALTY);
  values[1]![0] = ours;
  expect(await bring('/api/penalties-imports', await sheet(values))).toMatchObject({ state: 'done', rows: 1 });
});

it('lets the files go after seven days, and says so', async () => {
  const { id } = await bring('/api/penalties-imports', await sheet([PENALTY, [ours]]));
  test.clock.moveTo(new Date('2026-12-01T09:00:00+08:00'));
  await test.app.jobs.tickLoops();
  const token = await test.tokenOf(
    (await read().query<{ id: number }>('SELECT sent_by AS id FROM dossier_import WHERE id = ?', [id]))[0]!.id,
  );
  const answer = await test.http.get(`/api/imports/${id}/faults`).set({ authorization: `Bearer ${token}` });
  expect(answer.body.code).toBe('DOSSIER.FILE_GONE');
});

/** A zip made by hand: what no honest program would write. Its parts may say that they are smaller than they are. */
function zip(files: Record<string, string | Buffer>, said?: number): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = deflateRawSync(content, { level: 9 });
    const title = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(Buffer.byteLength(content), 22);
    local.writeUInt16LE(title.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(crc32(content), 16);
    central.writeUInt32LE(said ?? Buffer.byteLength(content), 24);
    central.writeUInt16LE(title.length, 28);
    central.writeUInt32LE(at, 42);
    locals.push(local, title, data);
    directory.push(central, title);
    at += local.length + title.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
