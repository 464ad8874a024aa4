// How much work an evaluation may still do. Internal.
#ifndef JSONPATH_BUDGET_H_
#define JSONPATH_BUDGET_H_

#include <cstddef>

namespace servo::jsonpath {

// One step is about one visit to a value.
class Budget {
 public:
  explicit Budget(size_t steps) : left_(steps) {}

  // False if there are not so many left; then, and ever after, nothing is.
  bool Spend(size_t steps) {
    if (steps > left_) {
      Exhaust();
    } else {
      left_ -= steps;
    }
    return !exhausted_;
  }

  void Exhaust() { exhausted_ = true; }

  bool exhausted() const { return exhausted_; }

 private:
  size_t left_;
  bool exhausted_ = false;
};

}  // namespace servo::jsonpath

#endif  // JSONPATH_BUDGET_H_
