#include "config/capture_reader.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "config/capture_keys.h"
#include "config/lookup_reader.h"
#include "config/reference_reader.h"
#include "plan/lookup.h"

namespace servo::config {
namespace {

void ReadMatches(const yaml::Field& field, plan::Capture* capture) {
  std::string text;
  if (!field.given() || !field.ReadNonEmpty(&text)) return;
  size_t offset = 0;
  absl::StatusOr<plan::Lookup::Regex> regex = plan::CompileRegex(text, &offset);
  if (regex.ok()) {
    capture->matches = *std::move(regex);
  } else {
    field.ErrorAt(offset, regex.status().message());
  }
}

plan::Capture ReadCapture(const yaml::Field& field, unsigned mode) {
  plan::Capture capture;
  const yaml::MappingReader keys(field, kCaptureKeys);
  if (!keys.ok()) return capture;
  capture.lookup = ReadLookup(keys, mode);
  size_t choice = 0;
  if (keys[CaptureKey("take")].ReadChoice(&choice)) capture.last = choice == 1;
  if (keys[CaptureKey("absent")].ReadChoice(&choice)) {
    capture.may_be_absent = choice == 1;
  }
  ReadMatches(keys[CaptureKey("matches")], &capture);
  keys[CaptureKey("secret")].Read(&capture.secret);
  return capture;
}

}  // namespace

std::vector<plan::Capture> ReadCaptures(const yaml::Field& field, unsigned mode,
                                        bool foreground) {
  std::vector<plan::Capture> captures;
  if (!field.given()) return captures;
  if (!foreground) {
    field.KeyError(
        "capture applies to foreground tasks only, whose end is waited for");
    return captures;
  }
  if (field.node().kind() != yaml::Node::Kind::kMapping) {
    field.Expected("a mapping of names to look-ups");
    return captures;
  }
  for (const yaml::Node::Entry& entry : field.node().entries()) {
    if (!entry.key->is_scalar() || !IsReferenceName(entry.key->text())) {
      field.Key(entry).Error(
          "expected a name of letters, digits and \"_\", 64 at most, the first "
          "no digit");
      continue;
    }
    captures.push_back(ReadCapture(field.Value(entry), mode));
    captures.back().name = std::string(entry.key->text());
    const yaml::Location location = entry.key->location();
    captures.back().location =
        absl::StrCat(field.context()->document->file_name(), ":", location.line,
                     ":", location.column);
  }
  return captures;
}

}  // namespace servo::config
