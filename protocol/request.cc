#include "protocol/request.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"
#include "nlohmann/json.hpp"

namespace servo::protocol {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 36525);

std::string Shortened(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return base::ToValidUtf8(text);
  return absl::StrCat(base::ToValidUtf8(text.substr(0, max_bytes)), "...");
}

// One of the keys that matter, with what the input has for it.
struct Field {
  absl::string_view key;
  bool required = false;
  bool present = false;
  std::optional<double> seconds;
  std::string found;  // what stands there instead of a number

  void Reset() {
    present = false;
    seconds.reset();
    found.clear();
  }
};

std::string FieldProblem(const Field& field, absl::string_view found) {
  return absl::StrCat("control.", field.key,
                      ": expected seconds as a number that is not negative, "
                      "found ",
                      found);
}

// Takes the parser's events and keeps of them only the fields of `control`, so
// that neither the size nor the shape of the rest matters.
class RequestReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit RequestReader(absl::string_view text) : text_(text) {}

  absl::StatusOr<Request> Result() const;

  bool null() override { return Scalar("null"); }
  bool boolean(bool value) override { return Scalar(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return Number(static_cast<double>(value), absl::StrCat(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Number(static_cast<double>(value), absl::StrCat(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return Number(value, Shortened(text, 24));
  }
  bool string(string_t& value) override {
    if (depth_ == 2 && in_metrics_) metrics_.push_back(value);
    return Scalar(absl::StrCat("the string \"", Shortened(value, 24), "\""));
  }
  // The parser never calls it for JSON: a string of bytes, of binary formats.
  bool binary(binary_t&) override { return Scalar("bytes"); }

  bool start_object(size_t) override;
  bool end_object() override;
  bool start_array(size_t) override;
  bool end_array() override;
  bool key(string_t& name) override;
  bool parse_error(size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override;

 private:
  // Where a value that comes now stands.
  enum class Place { kRoot, kControl, kMetrics, kField, kElsewhere };

  Place CurrentPlace() const;
  bool Scalar(absl::string_view found);
  bool Number(double value, absl::string_view text);
  bool Enter(absl::string_view found);
  bool Leave();

  const absl::string_view text_;
  std::string parse_failure_;
  std::string bad_number_;  // the problem of a field that ended the parsing

  int depth_ = 0;
  std::string root_found_;   // what the input is, unless it is an object
  bool at_control_ = false;  // the last key of the root is "control",
  bool at_metrics_ = false;  // or "metrics"
  bool in_metrics_ = false;
  std::vector<std::string> metrics_;
  bool in_control_ = false;
  bool control_present_ = false;
  std::string control_found_;  // what `control` is, unless it is an object
  std::array<Field, 3> fields_ = {Field{.key = "duration", .required = true},
                                  Field{.key = "warmup"},
                                  Field{.key = "delay"}};
  Field* field_ = nullptr;  // of the last key of `control`
};

RequestReader::Place RequestReader::CurrentPlace() const {
  if (depth_ == 0) return Place::kRoot;
  if (depth_ == 1 && at_control_) return Place::kControl;
  if (depth_ == 1 && at_metrics_) return Place::kMetrics;
  if (depth_ == 2 && in_control_ && field_ != nullptr) return Place::kField;
  return Place::kElsewhere;
}

bool RequestReader::Scalar(absl::string_view found) {
  switch (CurrentPlace()) {
    case Place::kRoot:
      root_found_ = std::string(found);
      break;
    case Place::kControl:
      control_present_ = true;
      control_found_ = std::string(found);
      for (Field& field : fields_) field.Reset();
      break;
    case Place::kMetrics:
      metrics_.clear();
      break;
    case Place::kField:
      field_->Reset();
      field_->present = true;
      field_->found = std::string(found);
      break;
    case Place::kElsewhere:
      break;
  }
  return true;
}

bool RequestReader::Number(double value, absl::string_view text) {
  if (CurrentPlace() != Place::kField || value < 0) return Scalar(text);
  field_->Reset();
  field_->present = true;
  field_->seconds = value;
  return true;
}

bool RequestReader::Enter(absl::string_view found) {
  Scalar(found);
  if (++depth_ <= kMaxRequestDepth) return true;
  parse_failure_ =
      absl::StrCat("nested more than ", kMaxRequestDepth, " levels deep");
  return false;
}

bool RequestReader::Leave() {
  --depth_;
  return true;
}

bool RequestReader::start_object(size_t) {
  const Place place = CurrentPlace();
  if (!Enter("an object")) return false;
  if (place == Place::kRoot) root_found_.clear();
  if (place == Place::kControl) {
    control_found_.clear();
    in_control_ = true;
    field_ = nullptr;
  }
  return true;
}

bool RequestReader::end_object() {
  if (depth_ == 2) in_control_ = false;
  return Leave();
}

bool RequestReader::start_array(size_t) {
  in_metrics_ = in_metrics_ || CurrentPlace() == Place::kMetrics;
  return Enter("an array");
}

bool RequestReader::end_array() {
  if (depth_ == 2) in_metrics_ = false;
  return Leave();
}

bool RequestReader::key(string_t& name) {
  if (depth_ == 1) {
    at_control_ = name == "control";
    at_metrics_ = name == "metrics";
  }
  if (depth_ == 2 && in_control_) {
    auto it = std::find_if(fields_.begin(), fields_.end(),
                           [&](const Field& f) { return f.key == name; });
    field_ = it == fields_.end() ? nullptr : &*it;
  }
  return true;
}

// The word or number that holds the byte before `position`, which may lie one
// beyond the end: NaN, Infinity, 1e999. Cut short.
std::string NotANumber(absl::string_view text, size_t position) {
  auto in_word = [](char c) {
    return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
  };
  position = std::min(position, text.size());
  size_t begin = position;
  while (begin > 0 && in_word(text[begin - 1])) --begin;
  size_t end = position;
  while (end < text.size() && in_word(text[end])) ++end;
  return Shortened(text.substr(begin, end - begin), 24);
}

bool RequestReader::parse_error(size_t position, const std::string&,
                                const nlohmann::detail::exception& error) {
  if (CurrentPlace() == Place::kField) {
    std::string found = NotANumber(text_, position);
    constexpr int kNumberOverflow = 406;
    if (error.id == kNumberOverflow || absl::StrContains(found, "NaN") ||
        absl::StrContains(found, "Inf")) {
      bad_number_ = FieldProblem(*field_, found);
      return false;
    }
  }
  if (absl::StripAsciiWhitespace(text_).empty()) {
    parse_failure_ = "it is empty";
    return false;
  }
  // "[json.exception.parse_error.101] parse error at line 1, column 2: ...",
  // with all of the token that was read last.
  absl::string_view why = error.what();
  if (size_t bracket = why.find("] "); bracket != why.npos)
    why.remove_prefix(bracket + 2);
  absl::ConsumePrefix(&why, "parse error ");
  parse_failure_ = Shortened(why, 200);
  return false;
}

absl::StatusOr<Request> RequestReader::Result() const {
  if (!parse_failure_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("failed to parse input: ", parse_failure_));
  }
  if (!bad_number_.empty()) return absl::InvalidArgumentError(bad_number_);
  // Outside a string the parser takes a NUL byte for the end of its input.
  if (const size_t nul = text_.find('\0'); nul != text_.npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "failed to parse input: a NUL byte follows the JSON, at byte ", nul));
  }
  if (!root_found_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the input is not an object with the key \"control\" but ",
                     root_found_));
  }
  if (!control_present_ || !control_found_.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("control: expected an object with the key \"duration\", ",
                     "found ", control_present_ ? control_found_ : "nothing"));
  }
  std::vector<std::string> problems;
  for (const Field& field : fields_) {
    if (field.seconds.has_value() || (!field.present && !field.required))
      continue;
    problems.push_back(
        FieldProblem(field, field.present ? field.found : "nothing"));
  }
  if (!problems.empty())
    return absl::InvalidArgumentError(absl::StrJoin(problems, "; "));

  auto duration = [](const Field& field) {
    return std::min(absl::Seconds(field.seconds.value_or(0)), kLongest);
  };
  return Request{.control = {.duration = duration(fields_[0]),
                             .warmup = duration(fields_[1]),
                             .delay = duration(fields_[2])},
                 .metrics = metrics_};
}

}  // namespace

int Control::ProgressAfter(absl::Duration elapsed) const {
  const absl::Duration passed = elapsed - delay - warmup;
  if (passed < absl::ZeroDuration()) return 0;
  if (passed >= duration) return 100;
  return static_cast<int>(100 * absl::FDivDuration(passed, duration));
}

absl::StatusOr<Request> ParseRequest(absl::string_view text) {
  RequestReader reader(text);
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return reader.Result();
}

}  // namespace servo::protocol
