import { z } from 'zod';
import { isForPartners, type Access, type Endpoint } from './endpoint';
import { PARTNER_SCOPES, type PartnerScope } from './partner';
import { problemCatalogue } from './problem';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the given endpoints, made from the schemas that check the wire. */
export function openapi(endpoints: readonly Endpoint[], publicUrl: string, version: string): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: '湖州市现代环境治理企业自巡查系统', version, description: problemList() },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
        partner: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: `${publicUrl}/api/partner/token`,
              scopes: Object.fromEntries(PARTNER_SCOPES.map((scope) => [scope, SCOPES_ZH[scope]])),
            },
          },
        },
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

const PROBLEM = {
  type: 'object',
  required: ['code', 'status', 'message', 'requestId'],
  properties: {
    code: { type: 'string', description: '稳定的错误代码，见文档说明' },
    status: { type: 'integer' },
    message: { type: 'string', description: '告诉使用者下一步怎么做' },
    details: {},
    requestId: { type: 'string' },
  },
};

const SCOPES_ZH: Record<PartnerScope, string> = {
  'code:read': '查询健康码颜色',
  'benefit:read': '取本机构的激励、约束名单',
  'grade:read': '查询环境信用等级',
  'detail:read': '查询企业授权的得分、扣分和历史',
  webhook: '接收颜色变化通知',
};

function whoMay(access: Access): string {
  if (access === 'public') return '任何人';
  return isForPartners(access) ? `合作机构（${SCOPES_ZH[access.partner]}）` : access.join(', ');
}

function security(access: Access): Json[] {
  if (access === 'public') return [];
  return isForPartners(access) ? [{ partner: [access.partner] }] : [{ token: [] }, { cookie: [] }];
}

function operation(endpoint: Endpoint): Json {
  const { body, answer } = endpoint.examples;
  return {
    summary: endpoint.summary,
    description: `可用身份：${whoMay(endpoint.access)}${endpoint.cityWide ? '（市级）' : ''}`,
    operationId: `${endpoint.method.toLowerCase()}${endpoint.path.replace(/[^A-Za-z0-9]+(\w)/g, (_, c: string) => c.toUpperCase()).replace(/[^A-Za-z0-9]/g, '')}`,
    security: security(endpoint.access),
    parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
    ...(endpoint.file === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [endpoint.file]: { schema: { type: 'string', format: 'binary' } } },
          },
        }),
    ...(endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              [endpoint.form ? 'application/x-www-form-urlencoded' : 'application/json']: {
                schema: jsonSchema(endpoint.body, 'input'),
                ...(body === undefined ? {} : { example: body }),
              },
            },
          },
        }),
    responses: {
      200: {
        description: '成功',
        content:
          typeof endpoint.answer === 'string'
            ? { [endpoint.answer]: { schema: { type: 'string' } } }
            : {
                'application/json': {
                  schema: jsonSchema(endpoint.answer, 'output'),
                  ...(answer === undefined ? {} : { example: answer }),
                },
              },
      },
      default: {
        description: '没有成功',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parameters(schema: z.ZodObject, place: 'path' | 'query'): Json[] {
  const json = jsonSchema(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(json.properties ?? {}).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || (json.required ?? []).includes(name),
    schema: property,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: part }) => {
      // The patterns of date and instant fill pages and say less than the format does.
      if (part.format === 'date' || part.format === 'date-time' || part.format === 'uuid') delete part.pattern;
    },
  }) as Json;
  delete json['$schema'];
  delete json['$id'];
  return json;
}

function problemList(): string {
  const rows = [...problemCatalogue()].map(([code, { status, message }]) => `| ${code} | ${status} | ${message} |`);
  return ['错误代码：', '', '| 代码 | 状态 | 说明 |', '|---|---|---|', ...rows].join('\n');
}
