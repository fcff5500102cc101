import { describe, expect, it } from '@jest/globals';
import { templateRights } from '../../scripts/docs/template-rights.ts';
import { templateTypes } from '../../scripts/docs/template-types.ts';
import { handlers } from '../../scripts/rights/data.ts';
import { besideHandlers, type HandlerWaiver, handlerWaivers } from '../../scripts/rights/waivers.ts';
import { allTemplates } from '../support/guide-commands.ts';
import { shipped } from '../support/rendered.ts';

/** `local/extension/rights/handlers.json` is compared with AWS's schemas by the check `rights`. */
const types = [...new Set([...templateTypes().values()].flat())].toSorted();

const asked = (type: string) => [...new Set(Object.values(handlers[type] ?? {}).flat())].toSorted();
const ours = (type: string) => (templateRights[type] ?? []).map(({ action }) => action);
const waived = (type: string) =>
  handlerWaivers.filter((it) => it.type === type).flatMap(({ permissions }) => permissions);

/** Every resource of a type in the templates, attributes and all, as text. */
const texts = (type: string) =>
  allTemplates
    .flatMap((file) => Object.values(shipped(file).resources))
    .filter((resource) => resource.Type === type)
    .map((resource) => JSON.stringify(resource));

const title = ({ type, permissions }: HandlerWaiver) => `${type} ${permissions.join(' ')}`;

describe('what CloudFormation does for the templates, by the permissions of its handlers', () => {
  it('is known for every resource type of every template, and for no other', () => {
    expect(Object.keys(handlers)).toEqual(types);
    expect(Object.keys(templateRights).toSorted()).toEqual(types);
  });

  it.each(types)('is listed without a gap: %s', (type) => {
    const covered = [...ours(type), ...waived(type)];
    expect(asked(type).filter((permission) => !covered.includes(permission))).toEqual([]);
  });

  it.each(types)('is listed with a reason where no handler asks for it: %s', (type) => {
    const explained = besideHandlers.filter((it) => it.type === type).flatMap(({ actions }) => actions);
    const beside = ours(type).filter((action) => !asked(type).includes(action));
    expect([...new Set(beside)].toSorted()).toEqual(explained.toSorted());
  });
});

describe.each(handlerWaivers.map((waiver) => ({ name: title(waiver), ...waiver })))(
  'the waiver of $name',
  (waiver) => {
    const { type, permissions, unset, set, only, reason } = waiver;

    it('is needed: a handler asks for it and we do not', () => {
      expect(permissions.filter((it) => !asked(type).includes(it) || ours(type).includes(it))).toEqual([]);
      expect(reason.length).toBeGreaterThan(10);
    });

    it('is true of the templates', () => {
      for (const text of texts(type)) {
        for (const property of unset ?? []) expect(text).not.toContain(`"${property}":`);
        for (const property of set ?? []) expect(text).toContain(`"${property}":`);
      }
    });

    it('names the handlers that ask', () => {
      if (!only) return;
      const askers = Object.entries(handlers[type] ?? {}).filter(([, it]) =>
        permissions.some((p) => it.includes(p)),
      );
      expect(askers.map(([handler]) => handler)).toEqual(only);
    });
  },
);
