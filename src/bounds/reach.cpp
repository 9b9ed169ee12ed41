// SPDX-License-Identifier: Apache-2.0
#include "bounds/reach.hpp"

#include <algorithm>
#include <utility>

namespace sinew::bounds {

using model::ActivationLayer;
using model::AffineLayer;
using model::AffineTerm;
using model::ConvolutionMap;
using model::MaxPoolLayer;
using model::TransposedConvolutionMap;

ImageBox join(const ImageBox& a, const ImageBox& b) {
    if (a.size() == 0) return b;
    if (b.size() == 0) return a;
    return {std::min(a.channel_begin, b.channel_begin), std::max(a.channel_end, b.channel_end),
            std::min(a.row_begin, b.row_begin),         std::max(a.row_end, b.row_end),
            std::min(a.column_begin, b.column_begin),   std::max(a.column_end, b.column_end)};
}

void choose_inside(const ImageShape& shape, const ImageBox& box, std::span<const std::uint32_t> list,
                   std::vector<std::uint32_t>& out) {
    auto at = list.begin();
    for (std::size_t c = box.channel_begin; c < box.channel_end; ++c) {
        for (std::size_t y = box.row_begin; y < box.row_end; ++y) {
            const std::size_t row = (c * shape.height + y) * shape.width;
            at = std::lower_bound(at, list.end(), row + box.column_begin);
            while (at != list.end() && *at < row + box.column_end) out.push_back(*at++);
        }
    }
}

namespace {
/// How far along a Hilbert curve a position is, in a square of side `side`, a power of two.
std::uint64_t along_hilbert_curve(std::uint64_t side, std::uint64_t x, std::uint64_t y) {
    std::uint64_t distance = 0;
    for (std::uint64_t s = side / 2; s > 0; s /= 2) {
        const std::uint64_t right = (x & s) != 0 ? 1 : 0;
        const std::uint64_t down = (y & s) != 0 ? 1 : 0;
        distance += s * s * ((3 * right) ^ down);
        if (down == 0) {
            if (right == 1) {
                x = side - 1 - x;
                y = side - 1 - y;
            }
            std::swap(x, y);
        }
    }
    return distance;
}
}  // namespace

std::vector<std::uint32_t> along_curve(const ImageShape& shape, std::span<const std::uint32_t> list) {
    std::uint64_t side = 1;
    while (side < std::max(shape.height, shape.width)) side *= 2;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    order.reserve(list.size());
    for (const std::uint32_t k : list) {
        const std::size_t x = k % shape.width;
        order.emplace_back(shape.height == 1 ? x : along_hilbert_curve(side, x, k / shape.width % shape.height), k);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> result;
    result.reserve(list.size());
    for (const auto& [place, k] : order) result.push_back(k);
    return result;
}

namespace {
ImageShape image_of(const ConvolutionMap& map) {
    return {map.in_channels, map.in_height, map.in_width};
}
ImageShape output_of(const ConvolutionMap& map) {
    return {map.out_channels, map.out_height, map.out_width};
}
}  // namespace

ReachMap::ReachMap(const model::Network& network) {
    choose_shapes(network);
    const auto& layers = network.layers();
    edges_.resize(layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
        if (const auto* affine = std::get_if<AffineLayer>(&layers[l].operation)) {
            for (const AffineTerm& term : affine->terms) edges_[l].push_back(edge(l, term.source.index(), term.map));
        } else if (const auto* operation = std::get_if<ActivationLayer>(&layers[l].operation)) {
            const std::size_t source = operation->source.index();
            edges_[l].push_back(
                {source, shapes_[l] == shapes_[source] ? Edge::Kind::same : Edge::Kind::all, {}, {}, {}});
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layers[l].operation)) {
            edges_[l].push_back(edge_of_entries(l, pool->source.index(), [&](auto visit) {
                for (std::size_t w = 0; w + 1 < pool->begin.size(); ++w)
                    for (std::size_t k = pool->begin[w]; k < pool->begin[w + 1]; ++k) visit(w, pool->member[k]);
            }));
        } else if (const auto* product = std::get_if<model::ProductLayer>(&layers[l].operation)) {
            edges_[l].push_back(edge_of_entries(l, product->source.index(), [&](auto visit) {
                for (std::size_t i = 0; i < product->left.size(); ++i) {
                    visit(i, product->left[i]);
                    visit(i, product->right[i]);
                }
            }));
        }
    }
}

void ReachMap::choose_shapes(const model::Network& network) {
    const auto& layers = network.layers();
    shapes_.resize(layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
        ImageShape& shape = shapes_[l];
        const std::vector<std::size_t>& given = layers[l].shape;
        shape = {1, 1, layers[l].size};
        if (given.size() >= 3 && given[given.size() - 1] * given[given.size() - 2] > 0)
            shape = {layers[l].size / (given[given.size() - 1] * given[given.size() - 2]), given[given.size() - 2],
                     given[given.size() - 1]};
        if (const auto* operation = std::get_if<ActivationLayer>(&layers[l].operation))
            shape = shapes_[operation->source.index()];
        const auto* affine = std::get_if<AffineLayer>(&layers[l].operation);
        if (affine == nullptr) continue;
        for (const AffineTerm& term : affine->terms) {
            const auto* map = std::get_if<ConvolutionMap>(&term.map);
            const auto* transposed = std::get_if<TransposedConvolutionMap>(&term.map);
            if (map == nullptr && transposed == nullptr) continue;
            ImageShape read;
            if (map != nullptr) {
                shape = output_of(*map);
                read = image_of(*map);
            } else {
                shape = image_of(transposed->convolution);
                read = output_of(transposed->convolution);
            }
            ImageShape& source = shapes_[term.source.index()];
            if (source.channels == 1 && source.height == 1) source = read;
        }
    }
    // A layer's shape may have become known after its activations took theirs: the last of a chain of activations tells
    // it first, so that all have the same one. (NetworkBounds carries an activation back in place where it is the only
    // reader: boxes of another shape would not be those whose coefficients were set.)
    for (std::size_t l = layers.size(); l-- > 0;)
        if (const auto* operation = std::get_if<ActivationLayer>(&layers[l].operation))
            shapes_[operation->source.index()] = shapes_[l];
}

template <class ForEach>
ReachMap::Edge ReachMap::edge_of_entries(std::size_t reader, std::size_t source, ForEach for_each) const {
    const ImageShape& to = shapes_[reader];
    const ImageShape& from = shapes_[source];
    Edge edge{source, Edge::Kind::ranges, std::vector<Range>(to.channels), std::vector<Range>(to.height),
              std::vector<Range>(to.width)};
    const auto widen = [](Range& range, std::size_t place) {
        const auto at = static_cast<std::uint32_t>(place);
        range = range.begin == range.end ? Range{at, at + 1}
                                         : Range{std::min(range.begin, at), std::max(range.end, at + 1)};
    };
    for_each([&](std::size_t row, std::size_t column) {
        widen(edge.channel[row / to.width / to.height], column / from.width / from.height);
        widen(edge.row[row / to.width % to.height], column / from.width % from.height);
        widen(edge.column[row % to.width], column % from.width);
    });
    return edge;
}

ReachMap::Edge ReachMap::edge(std::size_t reader, std::size_t source, const model::LinearMap& map) const {
    if (const auto* sparse = std::get_if<model::SparseMap>(&map)) {
        return edge_of_entries(reader, source, [&](auto visit) {
            for (std::size_t r = 0; r < sparse->rows(); ++r)
                for (std::size_t k = sparse->row_begin[r]; k < sparse->row_begin[r + 1]; ++k)
                    visit(r, sparse->column[k]);
        });
    }
    if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map))
        return transposed_edge(reader, source, transposed->convolution);
    Edge edge{source, Edge::Kind::all, {}, {}, {}};
    const auto* m = std::get_if<ConvolutionMap>(&map);
    if (m == nullptr || shapes_[reader] != output_of(*m) || shapes_[source] != image_of(*m)) return edge;
    edge.kind = Edge::Kind::ranges;
    const std::size_t inputs = m->in_channels / m->groups;
    const std::size_t outputs = m->out_channels / m->groups;
    for (std::size_t c = 0; c < m->out_channels; ++c) {
        const std::size_t first = c / outputs * inputs;
        edge.channel.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(first + inputs)});
    }
    const auto along = [](std::vector<Range>& ranges, std::size_t count, std::size_t size, std::size_t stride,
                          std::size_t pad, std::size_t extent) {
        for (std::size_t t = 0; t < count; ++t) {
            const std::size_t begin = t * stride > pad ? t * stride - pad : 0;
            const std::size_t end = t * stride + extent > pad ? std::min(t * stride + extent - pad, size) : 0;
            ranges.push_back({static_cast<std::uint32_t>(std::min(begin, end)), static_cast<std::uint32_t>(end)});
        }
    };
    along(edge.row, m->out_height, m->in_height, m->stride_height, m->pad_top,
          (m->kernel_height - 1) * m->dilation_height + 1);
    along(edge.column, m->out_width, m->in_width, m->stride_width, m->pad_left,
          (m->kernel_width - 1) * m->dilation_width + 1);
    return edge;
}

ReachMap::Edge ReachMap::transposed_edge(std::size_t reader, std::size_t source, const ConvolutionMap& of) const {
    Edge edge{source, Edge::Kind::all, {}, {}, {}};
    if (shapes_[reader] != image_of(of) || shapes_[source] != output_of(of)) return edge;
    edge.kind = Edge::Kind::ranges;
    const std::size_t inputs = of.in_channels / of.groups;
    const std::size_t outputs = of.out_channels / of.groups;
    for (std::size_t c = 0; c < of.in_channels; ++c) {
        const std::size_t first = c / inputs * outputs;
        edge.channel.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(first + outputs)});
    }
    const auto along = [](std::vector<Range>& ranges, std::size_t count, std::size_t size, std::size_t stride,
                          std::size_t pad, std::size_t extent) {
        for (std::size_t t = pad; t < count + pad; ++t) {
            const std::size_t begin = t + 1 > extent ? (t + 1 - extent + stride - 1) / stride : 0;
            const std::size_t end = std::min(t / stride + 1, size);
            ranges.push_back({static_cast<std::uint32_t>(std::min(begin, end)), static_cast<std::uint32_t>(end)});
        }
    };
    along(edge.row, of.in_height, of.out_height, of.stride_height, of.pad_top,
          (of.kernel_height - 1) * of.dilation_height + 1);
    along(edge.column, of.in_width, of.out_width, of.stride_width, of.pad_left,
          (of.kernel_width - 1) * of.dilation_width + 1);
    return edge;
}

void ReachMap::add(Boxes& boxes, std::size_t layer, std::size_t component) const {
    const ImageShape& shape = shapes_[layer];
    const std::size_t column = component % shape.width;
    const std::size_t row = component / shape.width % shape.height;
    const std::size_t channel = component / shape.width / shape.height;
    boxes[layer] = join(boxes[layer], {channel, channel + 1, row, row + 1, column, column + 1});
}

void ReachMap::close(Boxes& boxes, std::size_t top) const {
    const auto hull = [](const std::vector<Range>& ranges, std::size_t begin, std::size_t end) {
        Range all;
        for (std::size_t t = begin; t < end; ++t) {
            if (ranges[t].begin == ranges[t].end) continue;
            all = all.begin == all.end ? ranges[t]
                                       : Range{std::min(all.begin, ranges[t].begin), std::max(all.end, ranges[t].end)};
        }
        return all;
    };
    for (std::size_t l = top; l-- > 0;) {
        const ImageBox& box = boxes[l];
        if (box.size() == 0) continue;
        for (const Edge& edge : edges_[l]) {
            ImageBox& source = boxes[edge.source];
            if (edge.kind == Edge::Kind::same) {
                source = join(source, box);
            } else if (edge.kind == Edge::Kind::all) {
                source = shapes_[edge.source].whole();
            } else {
                const Range channel = hull(edge.channel, box.channel_begin, box.channel_end);
                const Range row = hull(edge.row, box.row_begin, box.row_end);
                const Range column = hull(edge.column, box.column_begin, box.column_end);
                source = join(source, {channel.begin, channel.end, row.begin, row.end, column.begin, column.end});
            }
        }
    }
}

std::vector<bool> ReachMap::needed(const model::Network& network, std::span<const Variable> variables) const {
    Boxes boxes = none();
    for (const Variable variable : variables) {
        const model::Component component = network.component(variable);
        add(boxes, component.layer.index(), component.index);
    }
    close(boxes, boxes.size());
    std::vector<bool> result(network.variable_count(), false);
    for (std::size_t l = 0; l < boxes.size(); ++l) {
        const std::size_t layer = network.layers()[l].first.index();
        over_runs(shapes_[l], boxes[l], [&](std::size_t first, std::size_t count) {
            std::fill_n(result.begin() + static_cast<std::ptrdiff_t>(layer + first), count, true);
        });
    }
    return result;
}

}  // namespace sinew::bounds
