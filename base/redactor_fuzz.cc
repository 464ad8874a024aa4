// Nothing of a secret is left: not whole, not where a text was cut.
//
// Input: secrets, one a line, up to an empty line; and a text.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/redactor.h"
#include "base/secret_forms.h"

namespace servo::base {
namespace {

constexpr absl::string_view kMarks = "*.";

// Masks could join what stands around them to a secret that has such bytes.
bool HasMarks(absl::string_view text) {
  return text.find_first_of(kMarks) != absl::string_view::npos;
}

void CheckPiece(const Redactor& redactor, absl::string_view secret,
                absl::string_view text, size_t cut) {
  const std::string begin =
      redactor.Redact(std::string(text.substr(0, cut)), {.behind = true});
  const std::string end =
      redactor.Redact(std::string(text.substr(cut)), {.before = true});
  CHECK(!absl::StrContains(begin, secret));
  CHECK(!absl::StrContains(end, secret));
  CHECK(!absl::StrContains(absl::StrCat(begin, end), secret));
}

void Check(absl::string_view input) {
  constexpr size_t kMaxSecrets = 20;
  Redactor redactor;
  std::vector<std::string> forms;
  while (!input.empty()) {
    const absl::string_view secret = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), secret.size() + 1));
    if (secret.empty() || forms.size() > kMaxSecrets * 20) break;
    CHECK_EQ(redactor.Add(secret), !SecretForms(secret).empty());
    for (SecretForm& form : SecretForms(secret)) {
      forms.push_back(std::move(form.text));
    }
  }
  CHECK_EQ(redactor.empty(), forms.empty());
  const std::string masked = redactor.Redact(std::string(input));
  redactor.RedactMessage(std::string(input));
  for (const std::string& form : forms) {
    if (HasMarks(form)) continue;
    CHECK(!absl::StrContains(masked, form)) << form;
    for (size_t cut = 0; cut <= input.size(); cut += 1 + input.size() / 8) {
      CheckPiece(redactor, form, input, cut);
    }
  }
}

}  // namespace
}  // namespace servo::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  servo::base::Check(
      absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
