"""How AWS refuses a request that its model does not allow: the code and words of the service, in the call's protocol.

The words are those of AWS's common validation; the codes differ by service:
- `InvalidParameterException` of CloudWatch Logs and ECS, `InvalidInput` of Cloud Map (aws-sdk-java#1973),
  `ValidationException` of other JSON services, `ValidationError` of query services;
- EC2 says MissingParameter, UnknownParameter, InvalidParameterValue:
  https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
- S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

One thing is stricter than AWS: it drops members that it does not know from JSON requests in silence. What was meant by
them is lost there, so here they are refused.
"""

import json
from xml.sax.saxutils import escape

from . import cbor
from .call import Call
from .faults import Fault, in_words

Answer = tuple[int, dict[str, str], bytes]

_JSON_CODES = {
    "ecs": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "servicediscovery": "InvalidInput",
}


def of(call: Call, request_id: str) -> Answer:
    """The answer to a call that has faults."""
    if call.protocol in ("json", "cbor"):
        return _json(call)
    if call.protocol == "query":
        kind = call.faults[0].kind
        code = "InvalidAction" if kind == "envelope" else "ValidationError"
        return _xml(_QUERY, call, code, in_words(call.faults), request_id)
    if call.protocol == "ec2":
        return _xml(_EC2, call, *_ec2(call.faults[0]), request_id)
    return _xml(_S3, call, *_s3(call.faults[0]), request_id)


def _json(call: Call) -> Answer:
    serialization = next((fault for fault in call.faults if fault.kind in ("type", "envelope")), None)
    if serialization:
        code, message = "SerializationException", serialization.words
    else:
        code, message = _JSON_CODES.get(call.service.name, "ValidationException"), in_words(call.faults)
    if call.protocol == "cbor":
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return 400, headers, cbor.encode_texts({"__type": code, "message": message})
    content_type = f"application/x-amz-json-{call.service.model.metadata['jsonVersion']}"
    return 400, {"Content-Type": content_type}, json.dumps({"__type": code, "message": message}).encode()


def _ec2(fault: Fault) -> tuple[str, str]:
    name = fault.path[:1].upper() + fault.path[1:].replace(".member", "")
    if fault.kind == "missing":
        return "MissingParameter", f"The request must contain the parameter {name}"
    if fault.kind == "unknown":
        return "UnknownParameter", f"The parameter {name} is not recognized"
    return "InvalidParameterValue", f"Value ({fault.value}) for parameter {name} is invalid. {fault.constraint}"


def _s3(fault: Fault) -> tuple[str, str]:
    if fault.path == "bucket":
        return "InvalidBucketName", "The specified bucket is not valid."
    if fault.path == "body":
        return "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"
    return "InvalidArgument", fault.words


_QUERY = (
    '<ErrorResponse xmlns="{ns}"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>'
    "<RequestId>{id}</RequestId></ErrorResponse>"
)
_EC2 = (
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>{id}</RequestID></Response>"
)
_S3 = "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>"


def _xml(form: str, call: Call, code: str, message: str, request_id: str) -> Answer:
    namespace = call.service.model.metadata.get("xmlNamespace", "")
    text = form.format(ns=namespace, code=code, message=escape(message), id=request_id)
    return 400, {"Content-Type": "text/xml"}, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
