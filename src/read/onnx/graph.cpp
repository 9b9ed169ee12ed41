// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/graph.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace sinew::read::onnx {

std::string describe(const NodeProto& node, int index) {
    const std::string name = node.name().empty() ? fmt::format("number {}", index) : "'" + printable(node.name()) + "'";
    return fmt::format("node {} ({})", name, printable(node.op_type()));
}

namespace {
enum class Mark : unsigned char { unseen, open, done };

class Order {
  public:
    Order(const GraphProto& graph, const std::string& file, const std::unordered_map<std::string, int>& known)
        : graph_(graph), file_(file), known_(known), mark_(static_cast<std::size_t>(graph.node_size()), Mark::unseen) {
        for (int n = 0; n < graph.node_size(); ++n) {
            for (const std::string& output : graph.node(n).output()) {
                if (output.empty()) continue;
                if (known_.contains(output) || !producer_.emplace(output, n).second)
                    fail(fmt::format("{} defines '{}', which is defined already", describe(graph.node(n), n),
                                     printable(output)));
            }
        }
    }

    /// Depth-first from one output; a node is appended when all it reads has been.
    void visit(const std::string& output) {
        const int root = producer_of(output, "the graph's output list");
        if (root < 0 || mark_[static_cast<std::size_t>(root)] == Mark::done) return;
        open(root);
        while (!path_.empty()) {
            Frame& frame = path_.back();
            const NodeProto& node = graph_.node(frame.node);
            if (frame.next_input == node.input_size()) {
                mark_[static_cast<std::size_t>(frame.node)] = Mark::done;
                order_.push_back(frame.node);
                path_.pop_back();
                continue;
            }
            const std::string& input = node.input(frame.next_input++);
            if (input.empty()) continue;  // an optional input that is left out
            const int below = producer_of(input, describe(node, frame.node));
            if (below < 0) continue;
            if (mark_[static_cast<std::size_t>(below)] == Mark::open) fail_cycle(below);
            if (mark_[static_cast<std::size_t>(below)] == Mark::unseen) open(below);
        }
    }
    std::vector<int> take() { return std::move(order_); }

  private:
    struct Frame {
        int node;
        int next_input;
    };

    [[noreturn]] void fail(const std::string& message) const { throw InputError({file_, 0, 0}, message); }

    /// The node that defines `value`; -1 for inputs and initializers.
    int producer_of(const std::string& value, const std::string& reader) const {
        if (known_.contains(value)) return -1;
        const auto found = producer_.find(value);
        if (found == producer_.end())
            fail(fmt::format("{} reads '{}', which no input, initializer or node defines", reader, printable(value)));
        return found->second;
    }
    void open(int node) {
        mark_[static_cast<std::size_t>(node)] = Mark::open;
        path_.push_back({node, 0});
    }
    [[noreturn]] void fail_cycle(int back_to) const {
        std::size_t begin = path_.size();
        while (path_[--begin].node != back_to) {
        }
        std::string cycle;
        constexpr std::size_t most = 10;
        for (std::size_t i = path_.size(); i-- > begin && path_.size() - i <= most;)
            cycle += describe(graph_.node(path_[i].node), path_[i].node) + " -> ";
        if (path_.size() - begin > most) cycle += "... -> ";
        fail("the graph has a cycle: " + cycle + describe(graph_.node(path_.back().node), path_.back().node));
    }

    const GraphProto& graph_;
    const std::string& file_;
    const std::unordered_map<std::string, int>& known_;
    std::unordered_map<std::string, int> producer_;
    std::vector<Mark> mark_;
    std::vector<Frame> path_;
    std::vector<int> order_;
};
}  // namespace

std::vector<int> evaluation_order(const GraphProto& graph, const std::string& file,
                                  const std::unordered_map<std::string, int>& known,
                                  std::unordered_map<std::string, std::size_t>& use_count) {
    Order order(graph, file, known);
    for (const ValueInfoProto& output : graph.output()) {
        order.visit(output.name());
        ++use_count[output.name()];
    }
    std::vector<int> result = order.take();
    for (const int n : result)
        for (const std::string& input : graph.node(n).input())
            if (!input.empty()) ++use_count[input];
    return result;
}

}  // namespace sinew::read::onnx
