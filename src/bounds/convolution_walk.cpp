// SPDX-License-Identifier: Apache-2.0
#include "bounds/convolution_walk.hpp"

#include <algorithm>
#include <array>

namespace sinew::bounds {

namespace {
/// body(channel, row, column, component) for components in order.
template <class Body>
void over_components(std::size_t height, std::size_t width, LaneList list, Body body) {
    std::size_t row = 0;    // of the image, over all channels
    std::size_t begin = 0;  // its first component
    std::size_t channel = 0;
    std::size_t y = 0;
    for (std::size_t n = 0; n < list.count; ++n) {
        const std::size_t k = list.index[n];
        if (n == 0 || k >= begin + width) {
            row = k / width;
            begin = row * width;
            channel = row / height;
            y = row % height;
        }
        body(channel, y, k - begin, k);
    }
}
}  // namespace

ImageBox box_around(std::size_t channels, std::size_t height, std::size_t width, LaneList list) {
    if (list.index == nullptr) return {0, channels, 0, height, 0, width};
    if (list.count == 0) return {};
    const std::size_t plane = height * width;
    ImageBox box{list.index[0] / plane, list.index[list.count - 1] / plane + 1, height, 0, width, 0};
    over_components(height, width, list, [&](std::size_t, std::size_t y, std::size_t x, std::size_t) {
        box.row_begin = std::min(box.row_begin, y);
        box.row_end = std::max(box.row_end, y + 1);
        box.column_begin = std::min(box.column_begin, x);
        box.column_end = std::max(box.column_end, x + 1);
    });
    return box;
}

ConvolutionWalk::Axis ConvolutionWalk::axis(bool transposed, Step step, std::size_t begin, std::size_t end,
                                            std::size_t source_begin, std::size_t source_end) {
    Axis axis;
    const auto add = [&](std::vector<Tap>& taps, std::size_t source, std::size_t k) {
        if (source >= source_begin && source < source_end)
            taps.push_back({static_cast<std::uint32_t>(source), static_cast<std::uint32_t>(k)});
    };
    std::vector<std::size_t> first_of_kind;
    for (std::size_t t = begin; t < end; ++t) {
        std::vector<Tap>& taps = axis.taps.emplace_back();
        if (!transposed) {
            for (std::size_t k = 0; k < step.kernel; ++k) {
                const std::size_t place = t * step.stride + k * step.dilation;
                if (place >= step.pad) add(taps, place - step.pad, k);
            }
        } else {
            for (std::size_t k = step.kernel; k-- > 0;) {
                const std::size_t place = t + step.pad;
                if (place < k * step.dilation || (place - k * step.dilation) % step.stride != 0) continue;
                add(taps, (place - k * step.dilation) / step.stride, k);
            }
        }
        const auto same = [&](std::size_t other) {
            const std::vector<Tap>& known = axis.taps[other];
            return std::equal(known.begin(), known.end(), taps.begin(), taps.end(), [&](const Tap& a, const Tap& b) {
                return a.kernel == b.kernel && a.source - known[0].source == b.source - taps[0].source;
            });
        };
        std::size_t kind = 0;
        while (kind < first_of_kind.size() && !same(first_of_kind[kind])) ++kind;
        if (kind == first_of_kind.size()) first_of_kind.push_back(t - begin);
        axis.kind.push_back(static_cast<std::uint32_t>(kind));
    }
    axis.kinds = first_of_kind.size();
    return axis;
}

ConvolutionWalk::ConvolutionWalk(const model::ConvolutionMap& map, bool transposed, LaneList sources, LaneList targets)
    : map_(&map) {
    const std::size_t window = map.kernel_height * map.kernel_width;
    const std::size_t group_inputs = map.in_channels / map.groups;
    Side image{map.in_channels, map.in_height, map.in_width, group_inputs, window, {}, false};
    Side output{map.out_channels,
                map.out_height,
                map.out_width,
                map.out_channels / map.groups,
                group_inputs * window,
                {},
                false};
    source_ = transposed ? output : image;
    target_ = transposed ? image : output;
    const auto choose = [](Side& side, LaneList list) {
        side.box = box_around(side.channels, side.height, side.width, list);
        side.is_whole = list.index == nullptr || list.count == side.box.size();
    };
    choose(source_, sources);
    choose(target_, targets);
    const ImageBox& from = source_.box;
    const ImageBox& to = target_.box;
    if (from.size() == 0 || to.size() == 0) return;
    rows_ = axis(transposed, {map.stride_height, map.dilation_height, map.pad_top, map.kernel_height}, to.row_begin,
                 to.row_end, from.row_begin, from.row_end);
    columns_ = axis(transposed, {map.stride_width, map.dilation_width, map.pad_left, map.kernel_width}, to.column_begin,
                    to.column_end, from.column_begin, from.column_end);
    kinds_.resize(rows_.kinds * columns_.kinds);
    block_size_ = std::min(block, source_.group);
    blocks_ = (source_.group + block_size_ - 1) / block_size_;
    if (!source_.is_whole) sort_sources(sources);
    if (!target_.is_whole) mark_targets(targets);
    group_ = std::max(from.channel_begin / source_.group, to.channel_begin / target_.group);
    last_group_ = std::min((from.channel_end - 1) / source_.group, (to.channel_end - 1) / target_.group) + 1;
    if (group_ < last_group_) enter_group();
}

void ConvolutionWalk::sort_sources(LaneList list) {
    const ImageBox& box = source_.box;
    const std::size_t pixel_blocks = map_->groups * blocks_;
    run_count_.assign(box.rows() * box.columns() * pixel_blocks, 0);
    run_component_.resize(run_count_.size() * block_size_ + block);  // a run is read as if it were a whole block
    run_weight_.resize(run_component_.size());
    const std::size_t plane = source_.height * source_.width;
    std::size_t known_channel = source_.channels;  // whose group, block and weight these are:
    std::size_t group = 0;
    std::size_t channel_block = 0;
    over_components(source_.height, source_.width, list,
                    [&](std::size_t channel, std::size_t y, std::size_t x, std::size_t component) {
                        if (channel != known_channel) {
                            known_channel = channel;
                            group = channel / source_.group;
                            channel_block = group * blocks_ + channel % source_.group / block_size_;
                        }
                        const std::size_t pixel = (y - box.row_begin) * box.columns() + x - box.column_begin;
                        const std::size_t run = pixel * pixel_blocks + channel_block;
                        const std::size_t place = run * block_size_ + run_count_[run]++;
                        run_component_[place] = static_cast<std::uint32_t>(component - group * source_.group * plane);
                        run_weight_[place] =
                            static_cast<std::uint32_t>((channel - group * source_.group) * source_.channel_weight);
                    });
}

void ConvolutionWalk::mark_targets(LaneList list) {
    const ImageBox& box = target_.box;
    is_target_.assign(box.size(), 0);
    over_components(target_.height, target_.width, list,
                    [&](std::size_t channel, std::size_t y, std::size_t x, std::size_t) {
                        const std::size_t row = (channel - box.channel_begin) * box.rows() + y - box.row_begin;
                        is_target_[row * box.columns() + x - box.column_begin] = 1;
                    });
}

void ConvolutionWalk::enter_group() {
    const auto inside = [&](std::size_t channel, const Side& side) {
        const std::size_t first = group_ * side.group;
        return std::clamp(channel, first, first + side.group) - first;
    };
    const std::size_t begin = inside(source_.box.channel_begin, source_);
    const std::size_t end = inside(source_.box.channel_end, source_);
    if (begin != source_begin_ || end != source_end_)
        for (Places& places : kinds_) places.is_made = false;
    source_begin_ = begin;
    source_end_ = end;
    target_begin_ = inside(target_.box.channel_begin, target_);
    target_end_ = inside(target_.box.channel_end, target_);
    weights_ = map_->kernel.nearest().data() +
               group_ * source_.group * target_.group * map_->kernel_height * map_->kernel_width;
    outputs_.is_made = false;
}

void ConvolutionWalk::make_outputs() {
    if (target_.is_whole && outputs_.is_made) return;
    outputs_.component.resize(target_.group);
    outputs_.weight.resize(target_.group);
    outputs_.count = 0;
    const ImageBox& box = target_.box;
    const std::size_t first = group_ * target_.group;
    for (std::size_t c = target_begin_; c < target_end_; ++c) {
        outputs_.component[outputs_.count] = static_cast<std::uint32_t>(c * target_.height * target_.width);
        outputs_.weight[outputs_.count] = static_cast<std::uint32_t>(c * target_.channel_weight);
        const std::size_t row = (first + c - box.channel_begin) * box.rows() + row_;
        outputs_.count += target_.is_whole ? 1U : is_target_[row * box.columns() + column_];
    }
    outputs_.is_made = true;
}

void ConvolutionWalk::make_terms(Places& places, const std::vector<Tap>& rows, const std::vector<Tap>& columns,
                                 std::size_t origin) const {
    places.component.clear();
    places.weight.clear();
    for (std::size_t begin = source_begin_; begin < source_end_;) {
        // Blocks begin at the same channels whatever takes part.
        const std::size_t end = std::min((begin / block_size_ + 1) * block_size_, source_end_);
        for (const Tap& row : rows) {
            for (const Tap& column : columns) {
                for (std::size_t c = begin; c < end; ++c) {
                    const std::size_t place = (c * source_.height + row.source) * source_.width + column.source;
                    places.component.push_back(static_cast<std::uint32_t>(place - origin));
                    places.weight.push_back(static_cast<std::uint32_t>(
                        c * source_.channel_weight + row.kernel * map_->kernel_width + column.kernel));
                }
            }
        }
        begin = end;
    }
    places.count = places.component.size();
    places.is_made = true;
}

void ConvolutionWalk::choose_terms(const std::vector<Tap>& rows, const std::vector<Tap>& columns) {
    const std::size_t most = blocks_ * block_size_ * rows.size() * columns.size() + block;
    if (chosen_.component.size() < most) {
        chosen_.component.resize(most);
        chosen_.weight.resize(most);
    }
    std::size_t count = 0;
    const ImageBox& box = source_.box;
    const std::size_t pixel_blocks = map_->groups * blocks_;
    for (std::size_t b = group_ * blocks_; b < (group_ + 1) * blocks_; ++b) {
        for (const Tap& row : rows) {
            const std::size_t row_begin = (row.source - box.row_begin) * box.columns();
            for (const Tap& column : columns) {
                const std::size_t run = (row_begin + column.source - box.column_begin) * pixel_blocks + b;
                const auto weight = static_cast<std::uint32_t>(row.kernel * map_->kernel_width + column.kernel);
                const std::uint32_t* run_component = run_component_.data() + run * block_size_;
                const std::uint32_t* run_weight = run_weight_.data() + run * block_size_;
                std::array<std::uint32_t, block> moved;  // apart, as lists that might overlap are copied one by one
                for (std::size_t i = 0; i < block; ++i) moved[i] = run_weight[i] + weight;
                // The next run overwrites what is too much.
                std::copy_n(run_component, block, chosen_.component.data() + count);
                std::copy_n(moved.data(), block, chosen_.weight.data() + count);
                count += run_count_[run];
            }
        }
    }
    chosen_.count = count;
}

bool ConvolutionWalk::next() {
    const ImageBox& box = target_.box;
    while (group_ < last_group_) {
        if (row_ == box.rows()) {
            row_ = 0;
            if (++group_ < last_group_) enter_group();
            continue;
        }
        const std::vector<Tap>& rows = rows_.taps[row_];
        if (column_ == box.columns() || rows.empty()) {
            column_ = 0;
            ++row_;
            continue;
        }
        const std::vector<Tap>& columns = columns_.taps[column_];
        if (!columns.empty()) make_outputs();
        if (columns.empty() || outputs_.count == 0) {
            ++column_;
            continue;
        }
        to_ = (group_ * target_.group * target_.height + box.row_begin + row_) * target_.width + box.column_begin +
              column_;
        from_ = group_ * source_.group * source_.height * source_.width;
        if (source_.is_whole) {
            Places& places = kinds_[rows_.kind[row_] * columns_.kinds + columns_.kind[column_]];
            const std::size_t origin = rows[0].source * source_.width + columns[0].source;
            if (!places.is_made) make_terms(places, rows, columns, origin);
            from_ += origin;
            terms_ = &places;
        } else {
            choose_terms(rows, columns);
            terms_ = &chosen_;
        }
        ++column_;
        if (terms_->count > 0) return true;
    }
    return false;
}

}  // namespace sinew::bounds
