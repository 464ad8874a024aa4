// From yaml-cpp's events to nodes. Internal to this package.
#ifndef YAML_DOCUMENT_BUILDER_H_
#define YAML_DOCUMENT_BUILDER_H_

#include "yaml/document.h"
#include "yaml/document_rep.h"

namespace servo::yaml {

// Parses `rep->source` into the nodes of `rep`; `rewrite` as for
// Document::Parse(). Throws Refusal, and any other std::exception that yaml-cpp
// throws but its own.
void BuildNodes(DocumentRep* rep, Document::Rewrite rewrite);

}  // namespace servo::yaml

#endif  // YAML_DOCUMENT_BUILDER_H_
