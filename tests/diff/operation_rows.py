"""Edits of the base contract: (edits, kinds there, kinds back). `SAME` holds edits that change nothing."""

from tests.diff.edits import BASE, GONE

LIST = "/paths/~1crates/get"
MAKE = "/paths/~1crates/post"
DROP = "/paths/~1crates~1{id}/delete"
FORM = "/paths/~1forms/post"
HOOK = "/webhooks/crate.sent"
TEXT = {"schema": {"type": "string"}}
JSON = {"application/json": {"schema": {"type": "object"}}}


ROWS = {
    "client": ({"/info/x-name": "Store"}, ["client-renamed"], ["client-renamed"]),
    "url": (
        {"/servers/1": {"url": "https://other.example.org"}},
        ["server-url-added"],
        ["server-url-removed"],
    ),
    "url_default": (
        {"/servers/0/variables/host/default": "other.example.org"},
        ["server-url-added", "server-url-removed"],
        ["server-url-added", "server-url-removed"],
    ),
    "extension": ({f"{LIST}/x-new": 1}, ["extension-changed"], ["extension-changed"]),
    "dialect": (
        {"/jsonSchemaDialect": "https://example.org"},
        ["extension-changed"],
        ["extension-changed"],
    ),
    "provenance": (
        {"/components/schemas/Failure/x-provenance/status": "published"},
        ["provenance-changed", "provenance-changed"],
        ["provenance-changed", "provenance-changed"],
    ),
    "deprecated_operation": ({f"{LIST}/deprecated": True}, ["deprecated"], ["undeprecated"]),
    "deprecated_parameter": ({f"{LIST}/parameters/0/deprecated": True}, ["deprecated"], ["undeprecated"]),
    "deprecated_member": (
        {"/components/schemas/Crate/properties/state/deprecated": True},
        ["deprecated"],
        ["undeprecated"],
    ),
    "operation": ({f"{LIST}": GONE}, ["operation-removed"], ["operation-added"]),
    "operation_moved": (
        {DROP: GONE, "/paths/~1boxes~1{id}": BASE["paths"]["/crates/{id}"]},
        ["operation-moved"],
        ["operation-moved"],
    ),
    "method": (
        {MAKE: GONE, "/paths/~1crates/put": BASE["paths"]["/crates"]["post"]},
        ["operation-moved", "repeat-allowed"],
        ["operation-moved", "repeat-forbidden"],
    ),
    "operation_renamed": (
        {f"{LIST}/operationId": "read_crates"},
        ["operation-renamed"],
        ["operation-renamed"],
    ),
    "safe": ({f"{MAKE}/x-safe": True}, ["operation-became-safe"], ["operation-became-unsafe"]),
    "safe_no_more": ({f"{LIST}/x-safe": False}, ["operation-became-unsafe"], ["operation-became-safe"]),
    "paging": ({f"{LIST}/x-paging": GONE}, ["paging-removed"], ["paging-added"]),
    "paging_otherwise": ({f"{LIST}/x-paging/page": "p"}, ["paging-changed"], ["paging-changed"]),
    "failure": (
        {"/x-errors/invalid": {"status": "404", "message": "/reason"}},
        ["failure-answer-added"],
        ["failure-answer-removed"],
    ),
    "failure_otherwise": (
        {"/x-errors/missing/message": "/text"},
        ["failure-answer-changed"],
        ["failure-answer-changed"],
    ),
    "failure_of_one": (
        {f"{DROP}/x-errors": {"missing": {"status": "410", "message": "/reason"}}},
        ["failure-answer-changed"],
        ["failure-answer-changed"],
    ),
    "link": ({f"{MAKE}/responses/201/links/read": GONE}, ["link-removed"], ["link-added"]),
    "link_otherwise": (
        {f"{MAKE}/responses/201/links/read/parameters/id": "$response.body#/number"},
        ["link-changed"],
        ["link-changed"],
    ),
    "parameter": ({f"{LIST}/parameters/0": GONE}, ["parameter-removed"], ["parameter-added"]),
    "parameter_required": (
        {f"{LIST}/parameters/1": GONE},
        ["required-parameter-removed"],
        ["required-parameter-added"],
    ),
    "parameter_needed": (
        {f"{LIST}/parameters/0/required": True},
        ["parameter-became-required"],
        ["parameter-became-optional"],
    ),
    "parameter_elsewhere": (
        {f"{LIST}/parameters/0/in": "cookie"},
        ["parameter-added", "parameter-removed"],
        ["parameter-added", "parameter-removed"],
    ),
    "parameter_style": (
        {f"{LIST}/parameters/0/style": "pipeDelimited"},
        ["parameter-encoding-changed"],
        ["parameter-encoding-changed"],
    ),
    "parameter_as_json": (
        {f"{LIST}/parameters/0": {"name": "state", "in": "query", "content": {"application/json": TEXT}}},
        ["parameter-encoding-changed"],
        ["parameter-encoding-changed"],
    ),
    "parameter_schema": (
        {f"{LIST}/parameters/0/schema/maxLength": 5},
        ["request-bound-narrowed"],
        ["request-bound-widened"],
    ),
    "path_parameter": (
        {
            DROP: GONE,
            "/paths/~1crates~1{number}/delete": BASE["paths"]["/crates/{id}"]["delete"]
            | {
                "parameters": [
                    {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}
                ]
            },
        },
        ["path-parameter-renamed"],
        ["path-parameter-renamed"],
    ),
    "body": ({f"{FORM}/requestBody": GONE}, ["request-body-removed"], ["request-body-added"]),
    "body_required": (
        {f"{MAKE}/requestBody": GONE},
        ["required-request-body-removed"],
        ["required-request-body-added"],
    ),
    "body_needed": (
        {f"{FORM}/requestBody/required": True},
        ["request-body-became-required"],
        ["request-body-became-optional"],
    ),
    "body_type": (
        {f"{MAKE}/requestBody/content/text~1plain": TEXT},
        ["request-content-type-added"],
        ["request-content-type-removed"],
    ),
    "reply_type": (
        {f"{LIST}/responses/200/content/text~1plain": TEXT},
        ["response-content-type-added"],
        ["response-content-type-removed"],
    ),
    "reply_body": (
        {f"{DROP}/responses/204/content": JSON},
        ["response-content-type-added"],
        ["response-content-type-removed"],
    ),
    "form": (
        {f"{FORM}/requestBody/content/application~1x-www-form-urlencoded/encoding": GONE},
        ["body-encoding-changed"],
        ["body-encoding-changed"],
    ),
    "status": ({f"{LIST}/responses/202": {"description": "Later."}}, ["status-added"], ["status-removed"]),
    "status_default": (
        {f"{LIST}/responses/default": {"description": "Any."}},
        ["status-added"],
        ["status-removed"],
    ),
    "failure_status": (
        {f"{MAKE}/responses/404": GONE},
        ["failure-status-removed"],
        ["failure-status-added"],
    ),
    "status_of_a_class": (
        {f"{DROP}/responses/404": {"description": "Another.", "content": JSON}},
        ["response-required-member-removed"],
        ["response-required-member-added"],
    ),
    "header": (
        {f"{LIST}/responses/200/headers/X-Hint": GONE},
        ["response-header-removed"],
        ["response-header-added"],
    ),
    "header_required": (
        {f"{LIST}/responses/200/headers/X-Total": GONE},
        ["required-response-header-removed"],
        ["required-response-header-added"],
    ),
    "header_needed": (
        {f"{LIST}/responses/200/headers/X-Hint/required": True},
        ["response-header-became-required"],
        ["response-header-became-optional"],
    ),
    "header_schema": (
        {f"{LIST}/responses/200/headers/X-Hint/schema/enum": ["a"]},
        ["response-enum-added"],
        ["response-enum-removed"],
    ),
    "access": (
        {f"{FORM}/security": [{"token": []}]},
        ["authentication-required"],
        ["authentication-waived"],
    ),
    "access_optional": (
        {f"{FORM}/security": [{}, {"token": []}]},
        ["security-alternative-added"],
        ["security-alternative-removed"],
    ),
    "alternative": (
        {"/security": [{"token": []}, {"signed": []}]},
        ["security-alternative-added"],
        ["security-alternative-removed"],
    ),
    "scope": ({f"{DROP}/security/0/signed": []}, ["security-scope-removed"], ["security-scope-added"]),
    "scheme": (
        {"/components/securitySchemes/signed/name": "X-Key"},
        ["security-scheme-changed"],
        ["security-scheme-changed"],
    ),
    "arguments": (
        {"/components/securitySchemes/token/x-credential": {"secret": {"example": "demo"}}},
        ["credential-arguments-changed"],
        ["credential-arguments-changed"],
    ),
    "webhook": ({HOOK: GONE}, ["webhook-removed"], ["webhook-added"]),
    "callback": ({f"{FORM}/callbacks": GONE}, ["webhook-removed"], ["webhook-added"]),
    "callback_url": (
        {
            f"{FORM}/callbacks/filled": {
                "{$request.body#/to}": BASE["paths"]["/forms"]["post"]["callbacks"]["filled"][
                    "{$request.body#/url}"
                ]
            }
        },
        ["webhook-exchange-changed"],
        ["webhook-exchange-changed"],
    ),
    "webhook_renamed": (
        {f"{HOOK}/post/operationId": "on_sent"},
        ["operation-renamed"],
        ["operation-renamed"],
    ),
    "webhook_parameter": (
        {f"{HOOK}/post/parameters/0": GONE},
        ["webhook-exchange-changed"],
        ["webhook-exchange-changed"],
    ),
    "webhook_status": (
        {f"{HOOK}/post/responses/204": {"description": "Taken."}},
        ["webhook-exchange-changed"],
        ["webhook-exchange-changed"],
    ),
    "webhook_body": (
        {"/components/schemas/Event/required": GONE},
        ["response-member-became-optional"],
        ["response-member-became-required"],
    ),
    "webhook_answer": (
        {"/components/schemas/Answer/required": ["text"]},
        ["request-member-became-required"],
        ["request-member-became-optional"],
    ),
    "delivery": ({f"{HOOK}/x-delivery": GONE}, ["delivery-removed"], ["delivery-added"]),
    "delivery_otherwise": (
        {f"{HOOK}/x-delivery/entered": {"packed": {}}},
        ["delivery-changed"],
        ["delivery-changed"],
    ),
    "known_value": (
        {"/components/schemas/Event/properties/name/examples": ["crate.sent", "crate.lost"]},
        ["known-value-added"],
        ["known-value-removed"],
    ),
    "signature": ({f"{HOOK}/x-signature": GONE}, ["signature-removed"], ["signature-added"]),
    "signature_otherwise": (
        {f"{HOOK}/x-signature/header": "X-Seal"},
        ["signature-changed"],
        ["signature-changed"],
    ),
    "read_only": (
        {"/components/schemas/CrateCreate/properties/value/readOnly": True},
        ["request-member-removed"],
        ["request-member-added"],
    ),
    "write_only": (
        {"/components/schemas/Crate/properties/value/writeOnly": True},
        ["response-member-removed"],
        ["response-member-added"],
    ),
}

SAME = {
    "delivery_from_elsewhere": {f"{HOOK}/x-delivery/x-provenance": {"status": "inferred", "note": "n"}},
    "info": {"/info/title": "A depot", "/info/version": "2", "/info/x-sources": {}},
    "client_said": {"/info/x-name": "DepotClient", "/tags": [{"name": "crates"}]},
    "url_described": {"/servers/0/description": "D", "/servers/0/variables/host/description": "D"},
    "prose_of_an_operation": {
        f"{LIST}/summary": "S",
        f"{LIST}/description": "D",
        f"{LIST}/tags": ["crates"],
    },
    "not_deprecated": {f"{LIST}/deprecated": False},
    "safe_as_before": {f"{LIST}/x-safe": True, f"{MAKE}/x-safe": False},
    "failure_repeated": {f"{DROP}/x-errors": {"missing": {"status": "404", "message": "/reason"}}},
    "link_described": {f"{MAKE}/responses/201/links/read/description": "D"},
    "parameter_order": {
        f"{LIST}/parameters": list(reversed(BASE["paths"]["/crates"]["get"]["parameters"]))
    },
    "parameter_of_the_path": {
        f"{DROP}/parameters": GONE,
        "/paths/~1crates~1{id}/parameters": BASE["paths"]["/crates/{id}"]["delete"]["parameters"],
    },
    "parameter_as_component": {
        f"{LIST}/parameters/0": {"$ref": "#/components/parameters/State"},
        "/components/parameters/State": {"name": "state", "in": "query", **TEXT},
    },
    "parameter_not_required": {f"{LIST}/parameters/0/required": False},
    "usual_style": {f"{LIST}/parameters/0/style": "form", f"{LIST}/parameters/0/explode": True},
    "case_of_a_header": {f"{LIST}/parameters/2/name": "x-trace"},
    "case_of_a_reply_header": {
        f"{LIST}/responses/200/headers/X-Hint": GONE,
        f"{LIST}/responses/200/headers/x-hint": TEXT,
    },
    "body_not_required": {f"{FORM}/requestBody/required": False},
    "body_as_component": {
        f"{FORM}/requestBody": {"$ref": "#/components/requestBodies/Form"},
        "/components/requestBodies/Form": BASE["paths"]["/forms"]["post"]["requestBody"],
    },
    "example_of_a_body": {f"{MAKE}/requestBody/content/application~1json/example": {"label": "a"}},
    "status_of_a_class": {f"{DROP}/responses/404": {"$ref": "#/components/responses/Missing"}},
    "status_described": {f"{LIST}/responses/200/description": "D"},
    "header_not_required": {f"{LIST}/responses/200/headers/X-Hint/required": False},
    "content_type_as_header": {f"{LIST}/responses/200/headers/Content-Type": TEXT},
    "access_repeated": {f"{LIST}/security": [{"token": []}]},
    "access_empty": {f"{FORM}/security": [{}]},
    "scheme_renamed": {
        "/components/securitySchemes/token": GONE,
        "/components/securitySchemes/bearer": BASE["components"]["securitySchemes"]["token"],
        "/security": [{"bearer": []}],
    },
    "scheme_described": {"/components/securitySchemes/token/description": "D"},
    "credential_example": {"/components/securitySchemes/token/x-credential/token/example": "other"},
    "webhook_described": {f"{HOOK}/post/summary": "S", f"{HOOK}/post/description": "D"},
}
