import { usccCheck } from '../../bff/src/features/directory';
import { chance, pick } from './dice';

/** How an enterprise behaves over the 400 days; the SQL of history.ts turns it into done, late and missed. */
type Behaviour = 'diligent' | 'hurried' | 'failing' | 'recovering' | 'seasonal';

/** Ten industries of the pilot, each with the words its firms put into their names and the share of dyeing profiles. */
const INDUSTRIES: Readonly<Record<string, readonly string[]>> = {
  印染: ['印染', '染整', '丝绸印染'],
  化工: ['化工', '精细化工', '助剂'],
  家具涂装: ['家具', '家居', '木业涂装'],
  金属表面处理: ['金属表面处理', '电镀', '五金'],
  塑料制品: ['塑料制品', '塑业', '包装材料'],
  造纸: ['纸业', '特种纸'],
  食品加工: ['食品', '农产品加工'],
  生物医药: ['生物医药', '制药', '生物科技'],
  建材: ['新型建材', '建材', '混凝土制品'],
  钢琴乐器: ['钢琴', '乐器'],
};
const FIRST = '锦瑞华恒嘉泰鼎宏盛天润明德新永康佳兴祥和源'.split('');
const SECOND = '澜峰盛达隆昌和源辉宇成信泰丰业佳安诚美亿'.split('');
const STREETS = ['工业路', '创业路', '临杭大道', '长虹东街', '曲园路', '塔山路', '环城北路', '科源路'];
const SURNAMES = '王李张刘陈杨黄赵周吴徐孙朱马胡郭何高林罗沈姚钱陆章'.split('');
const GIVEN = '建国志强晓燕海峰丽华国平永明春梅文斌雪琴立新佳慧俊杰月红伟民秀英卫东小芳'.match(/../gu) ?? [];

/** The four categories of the pilot, by share; some firms are in two. */
const CATEGORIES = ['key_risk', 'inspector_round1', 'key_air', 'petition'] as const;

/** Centre of Deqing, degrees GCJ-02; firms lie within about 20 km. */
const CENTRE = { lng: 119.98, lat: 30.54 };

export interface CastEnterprise {
  index: number;
  uscc: string;
  name: string;
  region: string;
  industry: string;
  address: string;
  lng: number;
  lat: number;
  categories: string[];
  behaviour: Behaviour;
}

const BEHAVIOUR_SHARES: readonly [Behaviour, number][] = [
  ['diligent', 0.52],
  ['hurried', 0.72],
  ['seasonal', 0.84],
  ['recovering', 0.92],
  ['failing', 1],
];

/** The enterprise with this number, always the same one. `townships` are the real ones of the county. */
export function castEnterprise(index: number, townships: readonly { code: string; name: string }[]): CastEnterprise {
  const industries = Object.keys(INDUSTRIES);
  const industry = pick(industries, 'industry', index);
  const township = pick(townships, 'township', index);
  const word = pick(INDUSTRIES[industry] ?? ['实业'], 'word', index);
  // Numbers beyond the combinations of two characters get a third, so that names differ.
  const third = index >= 5000 ? pick(SECOND, 'third', index) : '';
  const name = `德清${pick(FIRST, 'first', index)}${pick(SECOND, 'second', index)}${third}${word}有限公司`;
  const body = `91330521MA${index.toString().padStart(7, '0')}`;
  const main = pick(CATEGORIES, 'category', index);
  const second = pick(CATEGORIES, 'category2', index);
  const roll = chance('behaviour', index);
  return {
    index,
    uscc: body + usccCheck(body),
    name,
    region: township.code,
    industry,
    address: `${township.name}${pick(STREETS, 'street', index)} ${1 + Math.floor(chance('number', index) * 280)} 号`,
    lng: round(CENTRE.lng + (chance('lng', index) - 0.5) * 0.36),
    lat: round(CENTRE.lat + (chance('lat', index) - 0.5) * 0.28),
    categories: [...new Set(chance('two', index) < 0.2 ? [main, second] : [main])],
    behaviour: BEHAVIOUR_SHARES.find(([, share]) => roll < share)?.[0] ?? 'diligent',
  };
}

export function personName(key: string | number): string {
  return pick(SURNAMES, 'surname', key) + pick(GIVEN, 'given', key);
}

/** A mobile number of the right form, counted up from 190 0000 0000. The demo never calls or texts anybody. */
export function mobileOf(number: number): string {
  return `190${String(number).padStart(8, '0')}`;
}

export interface CastPoint {
  type: string;
  code: string;
  name: string;
  place: string;
  profile: string | null;
  settings: Record<string, unknown>;
  permitDays: number | null;
}

/** Points of the pilot by type: 475 outlets (232 + 243), then the stores, pools and valves; per 240 enterprises. */
const PILOT: readonly [string, number][] = [
  ['WW', 232],
  ['WG', 243],
  ['HW', 153],
  ['SW', 148],
  ['EP', 105],
  ['EV', 98],
  ['RW', 9],
];
const PILOT_ENTERPRISES = 240;
const NAMES: Readonly<Record<string, readonly string[]>> = {
  WW: ['废水总排口', '车间废水排口', '污水站排口'],
  WG: ['有机废气排气筒', '定型废气排气筒', '锅炉烟囱', '喷涂废气排气筒'],
  HW: ['危废仓库', '危废暂存间'],
  SW: ['一般固废仓库', '固废堆场'],
  EP: ['应急池', '事故应急池'],
  EV: ['雨水应急阀门', '雨水总排阀门'],
  RW: ['中水回用站'],
};
const PLACES = ['厂区东侧', '厂区西侧', '厂区北门旁', '一号车间外', '二号车间楼顶', '污水站旁', '仓储区', '锅炉房旁'];

/** The points of an enterprise. Counts follow the pilot's exactly at 240 enterprises, and in proportion otherwise. */
export function castPoints({ index, industry }: CastEnterprise): CastPoint[] {
  return PILOT.flatMap(([type, total], order) => {
    // Each type starts elsewhere, so that the same firms do not get everything.
    const place = (index + order * 37) % PILOT_ENTERPRISES;
    const share = (n: number) => Math.floor((n * total) / PILOT_ENTERPRISES);
    const count = share(place + 1) - share(place);
    return Array.from({ length: count }, (_, number) => castPoint(type, number + 1, index, industry));
  });
}

function castPoint(type: string, number: number, index: number, industry: string): CastPoint {
  const key = [type, number, index];
  const between = (low: number, high: number, what: string) => Math.round(low + (high - low) * chance(what, ...key));
  const settings = ((): Record<string, unknown> => {
    switch (type) {
      case 'WW':
        return { designFlowM3h: between(10, 120, 'flow') };
      case 'WG': {
        const device = pick(['carbon', 'rto', 'scrubber'], 'device', ...key);
        return {
          devices: [device],
          ratedCurrentA: between(20, 90, 'current'),
          pressureMinPa: 500,
          pressureMaxPa: 1500,
          carbonLifeH: between(300, 600, 'carbon'),
          expectedKwh: between(80, 400, 'kwh'),
        };
      }
      case 'HW':
        return { capacityT: between(5, 40, 'capacity') };
      case 'SW':
        return { capacityT: between(20, 200, 'capacity') };
      case 'EP':
        return { requiredVolumeM3: between(100, 900, 'volume') };
      case 'EV':
        return { travelLimitS: pick([60, 180], 'travel', ...key) };
      default:
        return {
          designFeedM3d: between(200, 900, 'feed'),
          reuseRatePct: between(30, 60, 'rate'),
          cleanPressureMpa: 0.2,
        };
    }
  })();
  const profile = industry === '印染' ? pick(['gb4287-park', 'gb4287-indirect'], 'profile', ...key) : 'gb8978-3';
  return {
    type,
    code: `${type}-${String(number).padStart(2, '0')}`,
    name: pick(NAMES[type] ?? [type], 'name', ...key),
    place: pick(PLACES, 'place', ...key),
    profile: type === 'WW' ? profile : null,
    settings,
    permitDays: chance('permit', ...key) < 0.004 ? 1 : null,
  };
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
