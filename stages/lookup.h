// Finding values in what an attempt left behind (language.md section 1).
#ifndef STAGES_LOOKUP_H_
#define STAGES_LOOKUP_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/attributes.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"
#include "plan/lookup.h"
#include "plan/plan.h"
#include "stages/attempt_files.h"
#include "stages/judge.h"

namespace servo::stages {

// A value that a look-up found: text, or a node of a JSON document. Refers to
// the Sources that it was found in.
class Value {
 public:
  explicit Value(absl::string_view text) : text_(text) {}
  explicit Value(const nlohmann::json* json) : json_(json) {}

  // Null if the value is text.
  const nlohmann::json* json() const { return json_; }

  // The text; of JSON, a string's content, or the value as JSON.
  std::string Text() const;

 private:
  absl::string_view text_;
  const nlohmann::json* json_ = nullptr;
};

// Which of several values count. Of an output that was cut only the first and
// the last can be known.
enum class Wanted { kAll, kFirst, kLast };

// What a finished attempt left behind, prepared once for all look-ups. What it
// refers to must outlive it.
class Sources {
 public:
  // `result` is that of an attempt of `task`; `files` tells how the files were
  // when it began.
  Sources(const plan::Task& task ABSL_ATTRIBUTE_LIFETIME_BOUND,
          const AttemptResult& result ABSL_ATTRIBUTE_LIFETIME_BOUND,
          const AttemptFiles& files ABSL_ATTRIBUTE_LIFETIME_BOUND);
  ~Sources();
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  // Hands each value that `lookup` finds to `take`, in order, until `take`
  // returns false. kNotFound if the source is not there at all. An error,
  // whose message says how to fix it, if the source cannot be looked at: it
  // was cut, it is no JSON, it cannot be read.
  using Take = absl::FunctionRef<bool(const Value&)>;
  absl::Status Visit(const plan::Lookup& lookup, Wanted wanted, Take take);

  // Why Visit() has found no value in a source that is there: "stdout has no
  // match of the regex "\d+"", "the response's body has nothing at "$.id"".
  std::string WhyNothing(const plan::Lookup& lookup);

  // Whether masking `text`, which `lookup` has found, hides it where it was
  // found. False if it is written there in a way that is not masked: a number
  // with an exponent, a letter as "\u0061", colours within a word. True where
  // nothing is shown of the source.
  bool CanBeMasked(const plan::Lookup& lookup, absl::string_view text);

  // Whether `lookup` would find something in the other of the streams stdout
  // and stderr: a common slip.
  bool IsInOtherStream(const plan::Lookup& lookup);

 private:
  class Prepared;
  using Key = std::pair<plan::Source, std::string>;

  absl::StatusOr<Prepared*> Prepare(const plan::Lookup& lookup);
  absl::StatusOr<std::unique_ptr<Prepared>> Open(
      const plan::Lookup& lookup) const;

  const plan::Task& task_;
  const AttemptResult& result_;
  const AttemptFiles& files_;
  std::map<Key, absl::StatusOr<std::unique_ptr<Prepared>>> prepared_;
};

// What was printed, valid UTF-8, as look-ups see it: without escape sequences,
// each line end written LF. CR LF is one, and so is the CR of a progress bar.
// In the text's own memory.
std::string PlainLines(std::string text);

// Hands each value that the finder of `lookup` finds in one line to `take`,
// until that returns false. A line that is no JSON has nothing at a path.
void VisitLine(const plan::Lookup& lookup, absl::string_view line,
               Sources::Take take);

// How messages call a source: "stdout", "the response's body", "the file "x"".
std::string SourceText(const plan::Lookup& lookup);

// Where in its source a look-up looks: " at "$.id"", " for the regex "\d+"";
// empty of the whole source.
std::string PlaceText(const plan::Lookup& lookup);

}  // namespace servo::stages

#endif  // STAGES_LOOKUP_H_
