import { z } from 'zod';
import { ROLES } from '../../core/actor';
import { date, id, page, pageOf, text, uuid } from '../../core/wire';

const regionCode = z.string().regex(/^\d{4}(\d{2}(\d{3})?)?$/);
const lng = z.number().min(73).max(136);
const lat = z.number().min(3).max(54);
const category = z.enum(['key_risk', 'inspector_round1', 'key_air', 'petition', 'other']);
const mobile = z.string().regex(/^1[3-9]\d{9}$/);
const days = z.number().int().min(1).max(365);

export const regionRows = z.object({
  rows: z.array(z.object({ code: z.string(), name: z.string(), level: z.string(), parent: z.string().nullable() })),
});

export const enterpriseSearch = z.strictObject({
  ...page,
  q: text(40).optional(),
  category: category.optional(),
  region: regionCode.optional(),
});

const enterpriseRow = z.object({
  id,
  uscc: z.string(),
  name: z.string(),
  region: z.object({ code: z.string(), name: z.string() }),
  industry: z.string(),
  categories: z.array(category),
  points: z.number(),
});
export const enterpriseRows = pageOf(enterpriseRow);

export const pointAnswer = z.object({
  id,
  enterpriseId: id,
  type: z.string(),
  typeName: z.string(),
  code: z.string(),
  name: z.string(),
  place: z.string(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
  fenceM: z.number(),
  officer: z.object({ id, name: z.string() }),
  deputy: z.object({ id, name: z.string() }).nullable(),
  limitProfile: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  intervalDays: z.number(),
  intervalBasis: z.enum(['default', 'risk', 'permit']),
  permitIntervalDays: z.number().nullable(),
  nextDue: date,
  keyVersion: z.number(),
  active: z.boolean(),
});

export const enterpriseAnswer = z.object({
  ...enterpriseRow.shape,
  address: z.string(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
  riskFactor: z.number(),
  pointList: z.array(pointAnswer),
  officers: z.array(z.object({ id, name: z.string() })),
});

const enterpriseFields = {
  name: text(120),
  region: regionCode,
  industry: text(40),
  address: text(200),
  lng: lng.nullable(),
  lat: lat.nullable(),
  categories: z.array(category).max(5),
};
export const newEnterprise = z.strictObject({
  clientUuid: uuid,
  uscc: z.string().trim().length(18),
  ...enterpriseFields,
});
export const enterpriseChange = z.strictObject(enterpriseFields);

/** What limits come from: named numbers, devices, the permit's own limits by item code. */
const settings = z
  .strictObject({
    devices: z.array(z.string().max(20)).max(10).optional(),
    limits: z
      .record(
        z.string().regex(/^[A-Z]{1,3}\d{2}$/),
        z.strictObject({ min: z.number().optional(), max: z.number().optional() }),
      )
      .optional(),
  })
  .catchall(z.number().min(-1e9).max(1e9));

const pointFields = {
  name: text(60),
  place: z.string().trim().max(120),
  lng: lng.nullable(),
  lat: lat.nullable(),
  fenceM: z.number().int().min(10).max(2000),
  officerId: id,
  deputyId: id.nullable(),
  limitProfile: z.string().max(40).nullable(),
  settings,
  permitIntervalDays: days.nullable(),
};
export const newPoint = z.strictObject({
  clientUuid: uuid,
  type: z.string().regex(/^[A-Z]{2,4}$/),
  code: z.string().regex(/^[A-Z0-9-]{2,12}$/),
  ...pointFields,
});
export const pointChange = z.strictObject({ ...pointFields, active: z.boolean() });
export type PointFields = z.infer<typeof pointChange>;

const grant = z.strictObject({ role: z.enum(ROLES), enterpriseId: id.optional(), region: regionCode.optional() });
export const newPerson = z.strictObject({
  clientUuid: uuid,
  name: text(60),
  mobile,
  grants: z
    .array(grant)
    .min(1)
    .max(5)
    .refine(
      (grants) =>
        new Set(grants.map(({ role, enterpriseId, region }) => [role, enterpriseId, region].join())).size ===
        grants.length,
    ),
});
export const peopleSearch = z.strictObject({ ...page, role: z.enum(ROLES).optional(), enterpriseId: id.optional() });
const personRow = z.object({
  id,
  name: z.string(),
  /** The middle digits are hidden: the list is for finding people, not for calling them. */
  mobile: z.string(),
  active: z.boolean(),
  grants: z.array(z.object({ role: z.enum(ROLES), enterpriseId: id.nullable(), region: z.string().nullable() })),
});
export const personAnswer = personRow;
export const peopleRows = pageOf(personRow);

export const newLeave = z.strictObject({ clientUuid: uuid, deputyId: id, from: date, to: date });
const leave = z.object({
  id,
  officer: z.object({ id, name: z.string() }),
  deputy: z.object({ id, name: z.string() }),
  from: date,
  to: date,
  cancelled: z.boolean(),
});
export const leaveAnswer = leave.extend({ reassigned: z.number() });
export const leaveRows = z.object({ rows: z.array(leave) });

export const newSuspension = z.strictObject({
  clientUuid: uuid,
  enterpriseId: id,
  from: date,
  to: date,
  reason: text(500),
});
const suspension = z.object({
  id,
  enterprise: z.object({ id, name: z.string() }),
  from: date,
  to: date,
  reason: z.string(),
  state: z.enum(['pending', 'approved', 'rejected', 'withdrawn']),
  filedBy: z.string(),
  filedAt: z.string(),
  decidedBy: z.string().nullable(),
  note: z.string().nullable(),
});
export const suspensionAnswer = suspension.extend({ excused: z.number() });
export const suspensionRows = pageOf(suspension);
export const suspensionSearch = z.strictObject({
  ...page,
  state: z.enum(['pending', 'approved', 'rejected', 'withdrawn']).optional(),
});
export const decision = z.strictObject({ note: z.string().trim().max(500) });
