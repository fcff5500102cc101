/**
 * Statements of docs/permissions.md, as `POLICY/SID`, that no question of a whole run of the cases depends on, each with
 * the reason why it stays.
 */
export const unaskedStatements: Readonly<Record<string, string>> = {
  'command-policy/Ec2All':
    'the policies of the templates that the commands deploy allow the same; another template may have no such resource',
  'deploy-policy/SecretsmanagerSecret':
    'template-policy/SecretsmanagerSecret, which every deploying role has too, allows the same; a role of deploy alone needs it',
  'instances-policy/SsmParameter':
    'only where ECSAMI is resolve:ssm:…; the emulator makes instances of an AMI id',
  'scale-others-policy/CloudformationStack':
    'only where a stack holds other stacks; such a stack stands on fakes, in deployed/find',
  'scale-others-policy/S3':
    "only where the configs lie outside of the kit's prefix; a deployment by the kit put them there",
  'scale-others-policy/ServicediscoveryNamespace':
    'only where `endpoint` is not `agents`, which no case asks of such a stack',
  'verify-others-policy/CloudformationStack':
    'only where a stack holds other stacks; such a stack stands on fakes, in deployed/find',
  'verify-others-policy/S3':
    "only where the configs lie outside of the kit's prefix; a deployment by the kit put them there",
  'verify-others-policy/ServicediscoveryNamespace':
    'only where `endpoint` is not `agents`, which no case asks of such a stack',
  'verify-others-policy/ServicediscoveryService':
    'only where `endpoint` is not `agents`, which no case asks of such a stack',
};
