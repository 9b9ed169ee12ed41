// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/order.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sinew::read::onnx {

namespace {
bool moves_elements(std::string_view type) {
    constexpr std::array<std::string_view, 12> known{"Dropout",  "Expand",  "Flatten",   "Gather",
                                                     "Identity", "Reshape", "Slice",     "Split",
                                                     "Squeeze",  "Tile",    "Transpose", "Unsqueeze"};
    return std::ranges::find(known, type) != known.end();
}

class Readers {
  public:
    explicit Readers(const GraphProto& graph) : graph_(graph) {
        for (int n = 0; n < graph.node_size(); ++n)
            for (int i = 0; i < graph.node(n).input_size(); ++i) readers_[graph.node(n).input(i)].push_back({n, i});
        for (const ValueInfoProto& output : graph.output()) outputs_.insert(output.name());
    }

    bool only_compare(int softmax) const {
        std::vector<int> open{softmax};
        std::unordered_set<int> seen{softmax};
        while (!open.empty()) {
            const NodeProto& node = graph_.node(open.back());
            open.pop_back();
            for (const std::string& value : node.output()) {
                if (outputs_.contains(value)) return false;
                const auto found = readers_.find(value);
                if (found == readers_.end()) continue;
                for (const auto& [reader, input] : found->second) {
                    const std::string& type = graph_.node(reader).op_type();
                    if (type == "ArgMax" || type == "ArgMin") continue;
                    if (!moves_elements(type) || input != 0) return false;
                    if (seen.insert(reader).second) open.push_back(reader);
                }
            }
        }
        return true;
    }

  private:
    const GraphProto& graph_;
    std::unordered_map<std::string, std::vector<std::pair<int, int>>> readers_;
    std::unordered_set<std::string> outputs_;
};
}  // namespace

std::unordered_set<int> only_ordered(const GraphProto& graph) {
    std::unordered_set<int> result;
    std::vector<int> softmaxes;
    for (int n = 0; n < graph.node_size(); ++n)
        if (graph.node(n).op_type() == "Softmax" || graph.node(n).op_type() == "LogSoftmax") softmaxes.push_back(n);
    if (softmaxes.empty()) return result;
    const Readers readers(graph);
    for (const int n : softmaxes)
        if (readers.only_compare(n)) result.insert(n);
    return result;
}

}  // namespace sinew::read::onnx
