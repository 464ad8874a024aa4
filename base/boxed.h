// An optional value that is kept on the heap.
#ifndef BASE_BOXED_H_
#define BASE_BOXED_H_

#include <memory>
#include <optional>
#include <utility>

namespace servo::base {

// To be used as std::optional, a value as that is: copies are deep, and through
// a const one its value is const. Without a value it takes one pointer, however
// large the type: for what few objects of many have. Moved from, it has none.
template <typename T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(T value)  // NOLINT(google-explicit-constructor)
      : value_(std::make_unique<T>(std::move(value))) {}
  Boxed(std::optional<T> value) {  // NOLINT(google-explicit-constructor)
    if (value.has_value()) *this = *std::move(value);
  }

  Boxed(const Boxed& other) { *this = other; }
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    value_ = other.has_value() ? std::make_unique<T>(*other) : nullptr;
    return *this;
  }
  Boxed& operator=(Boxed&&) noexcept = default;
  Boxed& operator=(T value) {
    value_ = std::make_unique<T>(std::move(value));
    return *this;
  }

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }

  // Of a value that is there.
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace servo::base

#endif  // BASE_BOXED_H_
