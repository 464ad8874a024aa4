// Fewer points of a line, which keep its extremes.
#ifndef REPORT_THIN_POINTS_H_
#define REPORT_THIN_POINTS_H_

#include <utility>
#include <vector>

namespace servo::report {

// Halves the points (time and value): of each four neighbours the least and the
// greatest value stay, in their order.
void ThinPoints(std::vector<std::pair<double, double>>* points);

}  // namespace servo::report

#endif  // REPORT_THIN_POINTS_H_
