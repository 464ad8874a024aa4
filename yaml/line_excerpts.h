// The excerpts of a document's problems. Internal to this package.
#ifndef YAML_LINE_EXCERPTS_H_
#define YAML_LINE_EXCERPTS_H_

#include "absl/types/span.h"
#include "yaml/diagnostics.h"
#include "yaml/document.h"
#include "yaml/document_rep.h"

namespace servo::yaml {

// Does what Document::AddExcerpts() promises. The document may have been parsed
// in part.
void AddLineExcerpts(const DocumentRep& rep,
                     absl::Span<const PublicValue> values,
                     Diagnostics* diagnostics);

}  // namespace servo::yaml

#endif  // YAML_LINE_EXCERPTS_H_
