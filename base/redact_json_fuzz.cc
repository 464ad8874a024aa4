// The texts of JSON are without secrets, and nothing else of it has changed.
//
// Input: secrets, one a line, up to an empty line; and JSON.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/log/check.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/redact_json.h"
#include "base/redactor.h"
#include "base/secret_forms.h"
#include "nlohmann/json.hpp"

namespace servo::base {
namespace {

// Secrets, and those of their forms that no mask can make of its surroundings.
struct Secrets {
  Redactor redactor;
  std::vector<std::string> forms;
};

// Removes the secrets from the front of `input`.
void TakeSecrets(absl::string_view* input, Secrets* secrets) {
  constexpr int kMost = 20;
  for (int i = 0; i < kMost && !input->empty(); ++i) {
    const absl::string_view secret = input->substr(0, input->find('\n'));
    input->remove_prefix(std::min(input->size(), secret.size() + 1));
    if (secret.empty()) return;
    secrets->redactor.Add(secret);
    for (SecretForm& form : SecretForms(secret)) {
      if (form.text.find_first_of("*.") != std::string::npos) continue;
      secrets->forms.push_back(std::move(form.text));
    }
  }
}

void CheckText(const Secrets& secrets, const std::string& before,
               const std::string& after) {
  CHECK_EQ(after, secrets.redactor.RedactMessage(before));
  for (const std::string& form : secrets.forms) {
    CHECK(!absl::StrContains(after, form)) << form;
  }
}

// Without recursion: the input may be deep.
template <typename Json>
void CheckChange(const Secrets& secrets, const Json& whole_before,
                 const Json& whole_after) {
  std::vector<std::pair<const Json*, const Json*>> todo = {
      {&whole_before, &whole_after}};
  while (!todo.empty()) {
    const auto [before, after] = todo.back();
    todo.pop_back();
    CHECK(before->type() == after->type());
    if (before->is_string()) {
      CheckText(secrets, before->template get_ref<const std::string&>(),
                after->template get_ref<const std::string&>());
    } else if (!before->is_structured()) {
      CHECK(*before == *after);
      continue;
    }
    CHECK_EQ(before->size(), after->size());
    if (!before->is_structured()) continue;
    auto other = after->begin();
    for (auto child = before->begin(); child != before->end(); ++child) {
      if (before->is_object()) CHECK_EQ(child.key(), other.key());
      todo.emplace_back(&*child, &*other);
      ++other;
    }
  }
}

template <typename Json>
void Check(const Secrets& secrets, absl::string_view text) {
  const Json before = Json::parse(text.begin(), text.end(), nullptr,
                                  /*allow_exceptions=*/false);
  if (before.is_discarded()) return;
  Json after = before;
  RedactStrings(secrets.redactor, &after);
  CheckChange(secrets, before, after);
}

}  // namespace
}  // namespace servo::base

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  absl::string_view input(reinterpret_cast<const char*>(data), size);
  servo::base::Secrets secrets;
  servo::base::TakeSecrets(&input, &secrets);
  servo::base::Check<nlohmann::json>(secrets, input);
  servo::base::Check<nlohmann::ordered_json>(secrets, input);
  return 0;
}
