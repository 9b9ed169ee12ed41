// SPDX-License-Identifier: Apache-2.0
#include "proof/network_proof.hpp"

#include <bit>
#include <cmath>

#include "base/error.hpp"

namespace sinew::proof {

namespace {
constexpr std::string_view magic = "sinew network proof 1\n";
constexpr std::size_t digest_size = 64;
constexpr std::size_t most_inputs = std::size_t{1} << 24;
constexpr char root_mark = 'r';
constexpr char split_mark = 's';  // both sides end at one point
constexpr char gap_mark = 'g';    // nothing is between them
constexpr char close_mark = 'c';
constexpr char exact_mark = 'x';
constexpr char demand_mark = 'd';
constexpr char lower_mark = 'l';  // a fact: of the lower bound
constexpr char upper_mark = 'u';
constexpr char row_mark = 'f';
constexpr char witness_mark = 'w';
constexpr char bound_mark = 'o';  // of the objective
constexpr char end_mark = 'e';
constexpr std::size_t most_cases = std::size_t{1} << 20;
constexpr std::size_t longest_number = std::size_t{1} << 20;
}  // namespace

NetworkProofWriter::NetworkProofWriter(const std::string& path, const std::string& digest, std::size_t inputs)
    : output_(path) {
    record_ += magic;
    record_ += digest;
    put_number(inputs);
    end_record();
}

void NetworkProofWriter::end_record() {
    sha_.add(record_);
    output_.put(record_);
    record_.clear();
}

// Seven bits a byte, the lowest first.
void NetworkProofWriter::put_number(std::uint64_t number) {
    for (; number > 127; number >>= 7) record_ += static_cast<char>((number & 127U) | 128U);
    record_ += static_cast<char>(number);
}

void NetworkProofWriter::put_double(double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i, bits >>= 8) record_ += static_cast<char>(bits & 255U);
}

NodeId NetworkProofWriter::root(std::span<const double> sides) {
    const std::lock_guard lock(mutex_);
    record_ += root_mark;
    for (const double side : sides) put_double(side);
    ++steps_;
    end_record();
    return next_++;
}

NodeId NetworkProofWriter::split(NodeId node, std::uint32_t variable, double below, double above) {
    const std::lock_guard lock(mutex_);
    record_ += below == above ? split_mark : gap_mark;
    put_number(next_ - node);
    put_number(variable);
    put_double(below);
    if (below != above) put_double(above);
    ++steps_;
    end_record();
    next_ += 2;
    return next_ - 2;
}

void NetworkProofWriter::close(NodeId node, Closing closing) {
    const std::lock_guard lock(mutex_);
    record_ += closing == Closing::bounds ? close_mark : exact_mark;
    put_number(next_ - node);
    ++steps_;
    end_record();
}

// Variables ascend: differences. Numbers as floats, 4 bytes.
void NetworkProofWriter::put_lines(const ProofLines& lines) {
    for (const auto* list : {&lines.slopes, &lines.sides}) {
        put_number(list->size());
        std::uint32_t last = 0;
        for (const auto& [variable, number] : *list) {
            put_number(variable - last);
            last = variable;
            auto bits = std::bit_cast<std::uint32_t>(number);
            for (int i = 0; i < 4; ++i, bits >>= 8) record_ += static_cast<char>(bits & 255U);
        }
    }
}

NodeId NetworkProofWriter::demand(NodeId node, const AtomName& atom) {
    const std::lock_guard lock(mutex_);
    record_ += demand_mark;
    put_number(next_ - node);
    put_number(4 * std::uint64_t{atom.formula} + (atom.positive ? 2U : 0U) + (atom.is_mirror ? 1U : 0U));
    ++steps_;
    end_record();
    return next_++;
}

void NetworkProofWriter::fact(NodeId node, std::uint32_t variable, bool is_upper, std::span<const ProofCase> cases) {
    const std::lock_guard lock(mutex_);
    record_ += is_upper ? upper_mark : lower_mark;
    put_number(next_ - node);
    put_number(variable);
    for (const ProofCase& one : cases) {
        record_ += static_cast<char>((one.is_cut ? 1U : 0U) | (one.has_lines ? 2U : 0U));
        if (one.is_cut) {
            put_number(one.variable);
            put_double(one.point);
        }
        if (one.has_lines) put_lines(one.lines);
    }
    ++steps_;
    end_record();
}

void NetworkProofWriter::close(NodeId node, const ProofLines& lines) {
    const std::lock_guard lock(mutex_);
    record_ += row_mark;
    put_number(next_ - node);
    put_lines(lines);
    ++steps_;
    end_record();
}

void NetworkProofWriter::put_text(const std::string& text) {
    put_number(text.size());
    record_ += text;
}

void NetworkProofWriter::put_point(std::span<const std::string> values, const std::vector<bool>& booleans) {
    for (const std::string& value : values) put_text(value);
    put_number(booleans.size());
    for (const bool boolean : booleans) record_ += boolean ? '\1' : '\0';
    ++steps_;
    end_record();
}

void NetworkProofWriter::witness(std::span<const std::string> values, const std::vector<bool>& booleans) {
    record_ += witness_mark;
    put_point(values, booleans);
}

void NetworkProofWriter::bound(const std::string& bound, std::span<const std::string> values,
                               const std::vector<bool>& booleans) {
    record_ += bound_mark;
    put_text(bound);
    put_number(values.size());
    put_point(values, booleans);
}

void NetworkProofWriter::finish() {
    record_ += end_mark;
    end_record();
    output_.put(sha_.text());
    output_.finish();
}

bool NetworkProofReader::is_one(const std::string& path) {
    try {
        return ProofInput(path).ahead().starts_with(magic.substr(0, magic.size() - 2));
    } catch (const InputError&) {
        return false;
    }
}

NetworkProofReader::NetworkProofReader(const std::string& path) : input_(path) {
    for (const char expected : magic)
        if (static_cast<char>(byte()) != expected)
            throw InputError({path, 1, 0}, "this is no proof about a network",
                             std::string(magic.substr(0, magic.size() - 1)));
    for (std::size_t i = 0; i < digest_size; ++i) digest_ += static_cast<char>(byte());
    inputs_ = number();
    end_record();
    if (inputs_ > most_inputs) fail("a proof over so many inputs");
}

void NetworkProofReader::fail(const std::string& message) const {
    throw InputError({input_.path(), 0, 0}, "step " + std::to_string(steps_) + ": " + message);
}

std::uint8_t NetworkProofReader::byte() {
    const int got = input_.get();
    if (got == ProofInput::end) fail("the proof ends in the midst of a step");
    record_ += static_cast<char>(got);
    return static_cast<std::uint8_t>(got);
}

void NetworkProofReader::end_record() {
    sha_.add(record_);
    record_.clear();
}

std::uint64_t NetworkProofReader::number() {
    std::uint64_t result = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t part = byte();
        const auto bits = static_cast<std::uint64_t>(part & 127U);
        if (shift == 63 && bits > 1) break;
        result |= bits << shift;
        if (part < 128) return result;
    }
    fail("a number is out of range");
}

double NetworkProofReader::real() {
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(byte()) << (8 * i);
    const auto value = std::bit_cast<double>(bits);
    if (std::isnan(value)) fail("a number is none");
    return value;
}

NodeId NetworkProofReader::earlier_node() {
    const std::uint64_t back = number();
    if (back == 0 || back >= next_) fail("a node is named that was not made before");
    return next_ - back;
}

std::uint32_t NetworkProofReader::variable() {
    const std::uint64_t result = number();
    if (result > 0xffffffffU) fail("a variable is out of range");
    return static_cast<std::uint32_t>(result);
}

void NetworkProofReader::read_lines(ProofLines& lines) {
    for (auto* list : {&lines.slopes, &lines.sides}) {
        list->clear();
        const std::uint64_t count = number();
        std::uint64_t last = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            last += variable();
            if (last > 0xffffffffU) fail("a variable is out of range");
            std::uint32_t bits = 0;
            for (unsigned b = 0; b < 4; ++b) bits |= static_cast<std::uint32_t>(byte()) << (8 * b);
            const auto value = std::bit_cast<float>(bits);
            if (!std::isfinite(value)) fail("a number is not finite");
            list->emplace_back(static_cast<std::uint32_t>(last), value);
        }
    }
}

void NetworkProofReader::read_cases(std::vector<ProofCase>& cases) {
    cases.clear();
    for (std::uint64_t missing = 1; missing > 0;) {
        ProofCase& one = cases.emplace_back();
        const std::uint8_t mark = byte();
        if (mark == 0 || mark > 3) fail("an unknown kind of case");
        one.is_cut = (mark & 1U) != 0;
        one.has_lines = (mark & 2U) != 0;
        if (one.is_cut) {
            one.variable = variable();
            one.point = real();
            ++missing;
        } else {
            --missing;
        }
        if (one.has_lines) read_lines(one.lines);
        if (cases.size() > most_cases) fail("a bound of so many cases");
    }
}

std::string NetworkProofReader::text() {
    const std::uint64_t size = number();
    if (size > longest_number) fail("a number is too long");
    std::string result;
    for (std::uint64_t i = 0; i < size; ++i) result += static_cast<char>(byte());
    return result;
}

void NetworkProofReader::read_point(NetworkProofStep& step, std::size_t count) {
    step.values.clear();
    step.booleans.clear();
    for (std::size_t i = 0; i < count; ++i) step.values.push_back(text());
    const std::uint64_t booleans = number();
    for (std::uint64_t i = 0; i < booleans; ++i) step.booleans.push_back(byte() != 0);
}

bool NetworkProofReader::next(NetworkProofStep& step) {
    if (input_.peek() == ProofInput::end) return false;
    ++steps_;
    read(step);
    return true;
}

void NetworkProofReader::read(NetworkProofStep& step) {
    using Kind = NetworkProofStep::Kind;
    const std::uint8_t mark = byte();
    switch (mark) {
        case root_mark:
            step.kind = Kind::root;
            step.sides.clear();
            for (std::size_t i = 0; i < 2 * inputs_; ++i) step.sides.push_back(real());
            step.node = next_++;
            break;
        case split_mark:
        case gap_mark: {
            step.kind = Kind::split;
            step.node = earlier_node();
            step.variable = variable();
            step.below = real();
            step.above = mark == split_mark ? step.below : real();
            step.left = next_;
            next_ += 2;
            break;
        }
        case demand_mark: {
            step.kind = Kind::demand;
            step.node = earlier_node();
            const std::uint64_t name = number();
            if (name > 4 * std::uint64_t{0xffffffffU}) fail("a formula is out of range");
            step.atom = {static_cast<std::uint32_t>(name / 4), (name & 2U) != 0, (name & 1U) != 0};
            step.left = next_++;
            break;
        }
        case lower_mark:
        case upper_mark:
            step.kind = Kind::fact;
            step.node = earlier_node();
            step.variable = variable();
            step.is_upper = mark == upper_mark;
            read_cases(step.cases);
            break;
        case row_mark:
            step.kind = Kind::row;
            step.node = earlier_node();
            read_lines(step.lines);
            break;
        case close_mark:
        case exact_mark:
            step.kind = Kind::close;
            step.node = earlier_node();
            step.closing = mark == close_mark ? Closing::bounds : Closing::rationals;
            break;
        case witness_mark:
            step.kind = Kind::witness;
            read_point(step, inputs_);
            break;
        case bound_mark: {
            step.kind = Kind::bound;
            step.bound = text();
            const std::uint64_t count = number();
            if (count != 0 && count != inputs_) fail("a solution has other inputs");
            read_point(step, count);
            break;
        }
        case end_mark:
            step.kind = Kind::end;
            return read_end();
        default:
            fail("an unknown kind of step");
    }
    end_record();
}

void NetworkProofReader::read_end() {
    end_record();
    const std::string expected = sha_.text();
    std::string found;
    for (std::size_t i = 0; i < digest_size; ++i) found += static_cast<char>(byte());
    if (found != expected) fail("the proof is not as it was written: its digest is another");
    if (input_.peek() != ProofInput::end) fail("something follows the end of the proof");
}

}  // namespace sinew::proof
