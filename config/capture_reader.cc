#include "config/capture_reader.h"

#include <cstddef>
#include <string>

#include "config/capture_keys.h"
#include "config/lookup_reader.h"
#include "config/name_reader.h"
#include "yaml/document.h"

namespace servo::config {
namespace {

plan::Capture ReadCapture(const yaml::Field& field, unsigned mode) {
  plan::Capture capture;
  const yaml::MappingReader keys(field, kCaptureKeys, {}, {}, kLookupForm);
  if (!keys.ok()) return capture;
  capture.lookup = ReadLookup(keys, mode);
  size_t choice = 0;
  if (keys[CaptureKey("take")].ReadChoice(&choice)) capture.last = choice == 1;
  if (keys[CaptureKey("absent")].ReadChoice(&choice)) {
    capture.may_be_absent = choice == 1;
  }
  capture.matches = ReadRegex(keys[CaptureKey("matches")]);
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
    field.Expected("a mapping of names to look-ups",
                   "; write {NAME: {regex: PATTERN}}");
    return captures;
  }
  for (const yaml::Node::Entry& entry : field.node().entries()) {
    if (!CheckReferenceName(field.Key(entry))) continue;
    captures.push_back(ReadCapture(field.Value(entry), mode));
    captures.back().name = std::string(entry.key->text());
    captures.back().location =
        field.context()->document->PlaceText(entry.key->location());
  }
  return captures;
}

}  // namespace servo::config
