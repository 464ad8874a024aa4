#include "yaml/value_readers.h"

#include <cstring>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "yaml/meant_number.h"
#include "yaml/scalar.h"

namespace servo::yaml {
namespace {

// The largest number of a signal on Linux (signal(7)).
constexpr int kMaxSignal = 64;

// A default is a text here, which says all that it has to.
Node::Kind KindOf(const Field& field) {
  return field.is_default() ? Node::Kind::kString : field.node().kind();
}

// For "2xx".
std::string CodeClassHint(absl::string_view text) {
  const bool is_class = text.size() == 3 && text[0] >= '1' && text[0] <= '5' &&
                        absl::EqualsIgnoreCase(text.substr(1), "xx");
  if (!is_class) return "";
  return absl::StrCat("; write ", text.substr(0, 1), "00-", text.substr(0, 1),
                      "99");
}

// Adds one code or range.
bool AddCodes(const Field& field, const base::CodeRanges::Limits& limits,
              base::CodeRanges* codes) {
  const Node::Kind kind = KindOf(field);
  if (kind != Node::Kind::kInt && kind != Node::Kind::kString) {
    field.Expected(absl::StrCat(limits.noun, " or a range such as \"",
                                limits.min, "-", limits.max, "\""));
    return false;
  }
  if (absl::StrContains(field.text(), ',')) {
    field.Error("expected a list in brackets for several codes: [200, 201]");
    return false;
  }
  const absl::Status status = codes->Add(field.text(), limits);
  if (!status.ok()) {
    field.Error(absl::StrCat(status.message(), CodeClassHint(field.text())));
  }
  return status.ok();
}

// The number of the signal called `name`; none if there is none.
std::optional<int> SignalNumber(absl::string_view name) {
  std::string upper = absl::AsciiStrToUpper(name);
  const absl::string_view word = absl::StripPrefix(upper, "SIG");
  for (int number = 1; number <= kMaxSignal; ++number) {
    const char* abbreviation = sigabbrev_np(number);
    if (abbreviation != nullptr && word == abbreviation) return number;
  }
  return std::nullopt;
}

}  // namespace

bool ReadCodes(const Field& field, const base::CodeRanges::Limits& limits,
               base::CodeRanges* out) {
  base::CodeRanges codes;
  if (KindOf(field) != Node::Kind::kSequence) {
    if (!AddCodes(field, limits, &codes)) return false;
    *out = std::move(codes);
    return true;
  }
  bool ok = true;
  for (size_t i = 0; i < field.node().items().size(); ++i) {
    ok = AddCodes(field.Item(i), limits, &codes) && ok;
  }
  if (ok && codes.empty()) {
    field.Error(absl::StrCat("expected ", limits.noun,
                             " at least, found an empty list: nothing could "
                             "succeed"));
    ok = false;
  }
  if (ok) *out = std::move(codes);
  return ok;
}

bool ReadBytes(const Field& field, size_t max, size_t* out) {
  const Node::Kind kind = KindOf(field);
  absl::string_view text = field.text();
  uint64_t unit = 1;
  uint64_t value = 0;
  bool ok = false;
  if (kind == Node::Kind::kInt) {
    const std::optional<int64_t> number = ParseInt(text);
    ok = number && *number >= 0;
    if (ok) value = *number;
  } else if (kind == Node::Kind::kString) {
    if (absl::EndsWithIgnoreCase(text, "K")) unit = 1024;
    if (absl::EndsWithIgnoreCase(text, "M")) unit = 1024 * 1024;
    if (unit > 1) text.remove_suffix(1);
    ok = absl::SimpleAtoi(text, &value) && absl::ascii_isdigit(text.front());
  }
  if (!ok || value > max / unit) {
    constexpr size_t kMi = 1024 * 1024;
    const std::string most =
        max % kMi == 0 ? absl::StrCat(max / kMi, "M") : absl::StrCat(max);
    field.Expected(absl::StrCat("a number of bytes up to ", most,
                                ", or a text such as \"64K\" or \"1M\""),
                   BytesTextHint(field.text(), max));
    return false;
  }
  *out = value * unit;
  return true;
}

bool ReadSignal(const Field& field, int* out) {
  std::optional<int> number;
  const Node::Kind kind = KindOf(field);
  if (kind == Node::Kind::kInt) {
    const std::optional<int64_t> value = ParseInt(field.text());
    if (value && *value >= 1 && *value <= kMaxSignal) number = *value;
  } else if (kind == Node::Kind::kString) {
    number = SignalNumber(field.text());
  }
  if (!number) {
    field.Expected("the name of a signal such as TERM or INT, or its number");
    return false;
  }
  *out = *number;
  return true;
}

void ReadTextMap(
    const Field& field,
    absl::FunctionRef<void(const Field& value, const std::string& name,
                           const std::string& text)>
        take) {
  if (!field.given()) return;
  if (field.node().kind() != Node::Kind::kMapping) {
    field.Expected("a mapping of names to texts", "; write {NAME: VALUE}");
    return;
  }
  for (const Node::Entry& entry : field.node().entries()) {
    const Field value = field.Value(entry);
    if (entry.key->text().empty()) {
      field.Key(entry).Expected("a name");
      continue;
    }
    if (!value.given()) {
      value.Error("expected a text, found null; an empty text is written ''");
      continue;
    }
    std::string text;
    if (value.Read(&text)) take(value, std::string(entry.key->text()), text);
  }
}

}  // namespace servo::yaml
