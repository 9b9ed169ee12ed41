#include "read/onnx/operators.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sinew::read::onnx {

namespace {
using Row = std::pair<std::string_view, Handler>;

constexpr std::array table = std::to_array<Row>({
    {"Add", add_or_subtract},
    {"Constant", constant},
    {"Flatten", flatten},
    {"Gemm", gemm},
    {"Identity", identity},
    {"MatMul", mat_mul},
    {"Relu", relu},
    {"Reshape", reshape},
    {"Sub", add_or_subtract},
});
static_assert(std::is_sorted(table.begin(), table.end(), [](const Row& a, const Row& b) { return a.first < b.first; }));
}  // namespace

Handler find_handler(std::string_view type) {
    const auto* found = std::lower_bound(table.begin(), table.end(), type,
                                         [](const Row& row, std::string_view name) { return row.first < name; });
    return found != table.end() && found->first == type ? found->second : nullptr;
}

}  // namespace sinew::read::onnx
