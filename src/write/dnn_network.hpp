// The network of a query as entries of a `dnn` text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/query.hpp"

namespace sinew::write {

/// 'name': [phase, 'expression', 'activation'], or 'name': 'expression' for an output.
struct DnnEntry {
    std::string name;
    std::optional<std::int64_t> phase;
    std::string expression;
    std::string activation;  ///< empty for outputs
};

struct DnnNetwork {
    std::vector<DnnEntry> entries;
    std::vector<std::string> names;          ///< what an expression calls each variable of the query
    std::vector<std::string> boolean_names;  ///< the inputs that stand for free Booleans
    std::vector<bool> used;                  ///< by variable: an entry speaks of it
};

/// Names and entries for all components of the network.
DnnNetwork dnn_network(const model::Query& query);

/// Σ coefficient·name + constant as the format writes it: "0.5x0 - 1/3x1 + 2".
class DnnSum {
  public:
    void add(const Rational& coefficient, std::string_view name);
    void add(const Rational& constant);
    std::string take();

  private:
    void sign(bool negative);

    std::string text_;
};

}  // namespace sinew::write
