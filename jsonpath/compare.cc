#include "jsonpath/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace servo::jsonpath {
namespace {

using nlohmann::json;

// Bytes of text that are compared in the time of one step.
constexpr size_t kBytesPerStep = 64;

std::partial_ordering Reverse(std::partial_ordering order) {
  if (order == std::partial_ordering::less) {
    return std::partial_ordering::greater;
  }
  if (order == std::partial_ordering::greater) {
    return std::partial_ordering::less;
  }
  return order;
}

// `limit` is one more than the largest Integer, a power of two.
template <typename Integer>
std::partial_ordering CompareToDouble(Integer a, double b, double limit) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= limit) return std::partial_ordering::less;
  if (b < (std::is_signed_v<Integer> ? -limit : 0.0)) {
    return std::partial_ordering::greater;
  }
  const double whole = std::trunc(b);
  const auto integer = static_cast<Integer>(whole);
  if (a != integer) return a <=> integer;
  return whole <=> b;
}

std::partial_ordering CompareIntegers(const json& a, const json& b) {
  if (a.is_number_unsigned() && b.is_number_unsigned()) {
    return a.get<uint64_t>() <=> b.get<uint64_t>();
  }
  if (a.is_number_unsigned()) return Reverse(CompareIntegers(b, a));
  const auto signed_a = a.get<int64_t>();
  if (!b.is_number_unsigned()) return signed_a <=> b.get<int64_t>();
  if (signed_a < 0) return std::partial_ordering::less;
  return static_cast<uint64_t>(signed_a) <=> b.get<uint64_t>();
}

// What is no container.
bool ScalarsEqual(const json& a, const json& b, Budget* budget) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b) == 0;
  if (a.is_string() && b.is_string()) {
    const auto& text_a = a.get_ref<const std::string&>();
    const auto& text_b = b.get_ref<const std::string&>();
    if (text_a.size() != text_b.size()) return false;
    return budget->Spend(text_a.size() / kBytesPerStep) && text_a == text_b;
  }
  if (a.is_boolean() && b.is_boolean()) return a.get<bool>() == b.get<bool>();
  return a.is_null() && b.is_null();
}

// Two containers of one kind and size, walked side by side.
struct Pair {
  json::const_iterator a, a_end, b;
};

// Goes to the next two members; false if they have different names.
bool MembersAgree(const json& a, const Pair& pair, Budget* budget) {
  if (!a.is_object()) return true;
  const std::string& name = pair.a.key();
  return budget->Spend(name.size() / kBytesPerStep) && name == pair.b.key();
}

bool SameContainer(const json& a, const json& b) {
  return a.is_structured() && a.type() == b.type() && a.size() == b.size();
}

bool Equal(const json& first_a, const json& first_b, Budget* budget) {
  if (!first_a.is_structured()) return ScalarsEqual(first_a, first_b, budget);
  if (!SameContainer(first_a, first_b)) return false;
  // The containers themselves are needed for the kind of their members.
  std::vector<std::pair<const json*, Pair>> stack;
  const auto push = [&stack](const json& a, const json& b) {
    stack.push_back({&a, {a.cbegin(), a.cend(), b.cbegin()}});
  };
  push(first_a, first_b);
  while (!stack.empty()) {
    auto& [container, pair] = stack.back();
    if (pair.a == pair.a_end) {
      stack.pop_back();
      continue;
    }
    if (!budget->Spend(1)) return false;
    if (!MembersAgree(*container, pair, budget)) return false;
    const json& a = *pair.a++;
    const json& b = *pair.b++;
    if (SameContainer(a, b)) {
      push(a, b);
    } else if (!ScalarsEqual(a, b, budget)) {
      return false;
    }
  }
  return true;
}

// Only numbers and texts have an order; UTF-8 sorts as its characters do.
bool Less(const json& a, const json& b, Budget* budget) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b) < 0;
  if (!a.is_string() || !b.is_string()) return false;
  const auto& text_a = a.get_ref<const std::string&>();
  const auto& text_b = b.get_ref<const std::string&>();
  const size_t bytes = std::min(text_a.size(), text_b.size());
  return budget->Spend(bytes / kBytesPerStep) && text_a < text_b;
}

bool Equal(const json* a, const json* b, Budget* budget) {
  if (a == nullptr || b == nullptr) return a == b;
  return Equal(*a, *b, budget);
}

bool Less(const json* a, const json* b, Budget* budget) {
  return a != nullptr && b != nullptr && Less(*a, *b, budget);
}

}  // namespace

std::partial_ordering CompareNumbers(const json& a, const json& b) {
  if (a.is_number_float()) {
    if (b.is_number_float()) return a.get<double>() <=> b.get<double>();
    return Reverse(CompareNumbers(b, a));
  }
  if (!b.is_number_float()) return CompareIntegers(a, b);
  if (a.is_number_unsigned()) {
    return CompareToDouble(a.get<uint64_t>(), b.get<double>(), 0x1p64);
  }
  return CompareToDouble(a.get<int64_t>(), b.get<double>(), 0x1p63);
}

bool Holds(Comparator comparator, const json* left, const json* right,
           Budget* budget) {
  const bool result = [&] {
    switch (comparator) {
      case Comparator::kEqual:
        return Equal(left, right, budget);
      case Comparator::kUnequal:
        return !Equal(left, right, budget);
      case Comparator::kLess:
        return Less(left, right, budget);
      case Comparator::kAtMost:
        return Less(left, right, budget) || Equal(left, right, budget);
      case Comparator::kGreater:
        return Less(right, left, budget);
      case Comparator::kAtLeast:
        return Less(right, left, budget) || Equal(left, right, budget);
    }
    return false;
  }();
  return result && !budget->exhausted();
}

}  // namespace servo::jsonpath
