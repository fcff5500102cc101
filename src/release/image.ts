/** Where the shipped templates take the collector from when `Image` names nothing else. */
export const defaultRepository = 'coralogixrepo/coralogix-otel-collector';

/**
 * The collector image that parameter values stand for. A template that takes it from another repository
 * has other bytes, so release ids differ all the same. Empty where the values name no image at all, not even as
 * defaults: such a template runs no collector.
 */
export function imageReference(parameters: Readonly<Record<string, string>>): string {
  const { Image: image, CDOTImageVersion: version } = parameters;
  // `none` is what the published templates have where ours have nothing.
  if (image && image !== 'none') return image;
  if (image === undefined && version === undefined) return '';
  return version ? `${defaultRepository}:${version}` : defaultRepository;
}
