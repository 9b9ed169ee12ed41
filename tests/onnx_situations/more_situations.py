# SPDX-License-Identifier: Apache-2.0
"""Situations of ONNX: reductions, movements, shapes, quantisation."""
from situations import LINE, case, real, unary

SIX = [1, -2, 3, -4, 5, -6]  # (2, 3)


def reduction(kind, y_all, y_rows, constant_only=False):
    for opset, is_input in ((11, False), (18, True)):
        axes_as_input = is_input or (kind == "ReduceSum" and opset >= 13)

        def make(g, axes_as_input=axes_as_input):
            return g.node(kind, ["X", g.indices([1])], keepdims=0) if axes_as_input else g.node(kind, ["X"], axes=[1], keepdims=0)

        if not constant_only:
            case(f"{kind}: axes, opset {opset}", [2, 3], SIX, y_rows, make, opset)
    if not constant_only:
        case(f"{kind}: all", [2, 3], SIX, y_all, lambda g: g.node(kind, ["X"], keepdims=0))
        case(f"{kind}: last axis from the end", [2, 3], SIX, y_rows,
             lambda g: g.node(kind, ["X"] + ([g.indices([-1])] if kind == "ReduceSum" else []), **({} if kind == "ReduceSum" else {"axes": [-1]})))
    case(f"{kind}: of constants", [1], [0], y_rows,
         lambda g: g.node("Add", ["X", g.node(kind, [g.constant([2, 3], SIX), g.indices([1])], keepdims=0)]), 18)


reduction("ReduceSum", [-3], [2, -5])
reduction("ReduceMax", [5], [3, 5])
reduction("ReduceMin", [-6], [-2, -6])
reduction("ReduceL1", [21], [6, 15])
reduction("ReduceProd", None, [-6, 120], True)
reduction("ReduceSumSquare", [91], [14, 77])
for kind, low, high in (("ReduceL2", 4.99, 5.01), ("ReduceLogSum", 1.945, 1.947), ("ReduceLogSumExp", 4.313, 4.314)):  # √25, log 7, log(e^3+e^4)
    for limit, y in ((low, [1]), (high, [0])):
        case(f"{kind}: above {limit}", [2], [3, 4], y,
             lambda g, kind=kind, limit=limit: real(g, g.node("Greater", [g.node(kind, ["X"], keepdims=0), g.number(limit)])))
case("ReduceMean", [2, 2], LINE, [1.5, 3.5], lambda g: g.node("ReduceMean", ["X"], axes=[1]))
case("ReduceSum: noop_with_empty_axes", [2], [1, 2], [1, 2], lambda g: g.node("ReduceSum", ["X"], noop_with_empty_axes=1, keepdims=1))
for kind, last, y in (("ArgMax", 0, [1]), ("ArgMax", 1, [2]), ("ArgMin", 0, [0]), ("ArgMin", 1, [3])):
    case(f"{kind}: select_last_index {last}", [4], [1, 3, 3, 1], y,
         lambda g, kind=kind, last=last: real(g, g.node(kind, ["X"], axis=0, select_last_index=last)))

# Shapes.
for title, sizes, attributes in (("plain", [3, 2], {}), ("-1", [-1, 2], {}), ("0 keeps", [0, 3], {}), ("0 and -1", [0, -1], {})):
    case(f"Reshape: {title}", [2, 3], SIX, SIX, lambda g, sizes=sizes, a=attributes: g.node("Reshape", ["X", g.indices(sizes)], **a))
case("Reshape: two -1", [2, 3], SIX, "-1", lambda g: g.node("Reshape", ["X", g.indices([-1, -1])]))
case("Reshape: does not fit", [2, 3], SIX, "", lambda g: g.node("Reshape", ["X", g.indices([4, -1])]))
case("Reshape: attribute, opset 1", [2, 3], SIX, SIX, lambda g: g.node("Reshape", ["X"], shape=[6]), 1)
case("Flatten: axis 0", [2, 3], SIX, SIX, lambda g: g.node("Flatten", ["X"], axis=0))
case("Flatten: from the end", [2, 3], SIX, SIX, lambda g: g.node("Flatten", ["X"], axis=-1))
case("Squeeze: attribute", [1, 2], [1, 2], [1, 2], lambda g: g.node("Squeeze", ["X"], axes=[0]), 11)
case("Squeeze: input", [1, 2], [1, 2], [1, 2], lambda g: g.node("Squeeze", ["X", g.indices([0])]))
case("Squeeze: all", [1, 2, 1], [1, 2], [1, 2], lambda g: g.node("Squeeze", ["X"]))
case("Squeeze: an axis of two", [1, 2], [1, 2], "", lambda g: g.node("Squeeze", ["X", g.indices([1])]))
case("Unsqueeze: attribute", [2], [1, 2], [1, 2], lambda g: g.node("Unsqueeze", ["X"], axes=[0]), 11)
case("Unsqueeze: input", [2], [1, 2], [1, 2], lambda g: g.node("Unsqueeze", ["X", g.indices([-1])]))
case("Size", [2], [1, 2], [3, 4], lambda g: g.node("Add", ["X", real(g, g.node("Size", ["X"]))]))
case("Range", [3], [0, 0, 0], [1, 3, 5], lambda g: g.node("Add", ["X", g.node("Range", [g.number(1), g.number(6), g.number(2)])]))

# Movements.
case("Transpose: reversed unless told", [2, 3], SIX, [1, -4, -2, 5, 3, -6], lambda g: g.node("Transpose", ["X"]))
case("Transpose: perm", [1, 2, 3], SIX, [1, -4, -2, 5, 3, -6], lambda g: g.node("Transpose", ["X"], perm=[0, 2, 1]))
for title, begin, end, step, y in (("plain", 1, 3, 1, [2, 3]), ("end beyond", 1, 2**62, 1, [2, 3, 4]), ("from the end", -2, 4, 1, [3, 4]),
                                   ("step 2", 0, 4, 2, [1, 3]), ("backwards", -1, -(2**62), -1, [4, 3, 2, 1]), ("backwards by 2", 3, 0, -2, [4, 2]),
                                   ("begin beyond, backwards", 99, 1, -1, [4, 3]), ("begin before", -99, 2, 1, [1, 2]), ("step 0", 0, 4, 0, "")):
    case(f"Slice: {title}", [4], LINE, y,
         lambda g, b=begin, e=end, s=step: g.node("Slice", ["X"] + [g.indices([each]) for each in (b, e, 0, s)]))
case("Slice: attributes", [4], LINE, [2, 3], lambda g: g.node("Slice", ["X"], starts=[1], ends=[3], axes=[0]), 9)
case("Gather: from the end", [4], LINE, [4, 1], lambda g: g.node("Gather", ["X", g.indices([-1, 0])]))
case("Gather: scalar", [2, 2], LINE, [2, 4], lambda g: g.node("Gather", ["X", g.number(1, "int64")], axis=1))
case("Gather: out of range", [4], LINE, "", lambda g: g.node("Gather", ["X", g.indices([4])]))
case("GatherElements", [2, 2], LINE, [1, 1, 4, 3], lambda g: g.node("GatherElements", ["X", g.constant([2, 2], [0, 0, 1, 0], "int64")], axis=1))
case("GatherND", [2, 2], LINE, [1, 4], lambda g: g.node("GatherND", ["X", g.constant([2, 2], [0, 0, 1, 1], "int64")]))
case("GatherND: batch_dims", [2, 2], LINE, [2, 3], lambda g: g.node("GatherND", ["X", g.constant([2, 1], [1, 0], "int64")], batch_dims=1))
case("ScatterND", [4], LINE, [1, 9, 3, 4], lambda g: g.node("ScatterND", ["X", g.constant([1, 1], [1], "int64"), g.constant([1], [9])]))
case("ScatterElements", [4], LINE, [1, 2, 3, 9], lambda g: g.node("ScatterElements", ["X", g.indices([-1]), g.constant([1], [9])]))
case("Compress", [4], LINE, [1, 4], lambda g: g.node("Compress", ["X", g.constant([4], [1, 0, 0, 1], "bool")], axis=0))
case("Tile", [2], [1, 2], [1, 2, 1, 2], lambda g: g.node("Tile", ["X", g.indices([2])]))
case("Expand", [2, 1], [1, 2], [1, 1, 2, 2], lambda g: g.node("Expand", ["X", g.indices([2, 2])]))
case("Expand: 1 keeps", [2], [1, 2], [1, 2], lambda g: g.node("Expand", ["X", g.indices([1])]))
case("Concat", [2, 1], [1, 2], [1, 1, 2, 2], lambda g: g.node("Concat", ["X", "X"], axis=-1))
case("Split: sizes", [4], LINE, [2, 3, 4, 1],
     lambda g: g.node("Concat", g.node("Split", ["X", g.indices([1, 3])], outputs=2)[::-1], axis=0))
case("Split: attribute", [4], LINE, [2, 3, 4, 1], lambda g: g.node("Concat", g.node("Split", ["X"], outputs=2, split=[1, 3])[::-1], axis=0), 11)
case("Split: equal", [4], LINE, [3, 4, 1, 2], lambda g: g.node("Concat", g.node("Split", ["X"], outputs=2)[::-1], axis=0), 13)
for mode, y in (("constant", [0, 0, 1, 2, 3, 0]), ("edge", [1, 1, 1, 2, 3, 3]), ("reflect", [3, 2, 1, 2, 3, 2])):
    case(f"Pad: {mode}", [3], [1, 2, 3], y, lambda g, mode=mode: g.node("Pad", ["X", g.indices([2, 1])], mode=mode))
case("Pad: a value", [2], [1, 2], [7, 1, 2], lambda g: g.node("Pad", ["X", g.indices([1, 0]), g.number(7)]))
case("Pad: negative", [3], [1, 2, 3], [2, 3], lambda g: g.node("Pad", ["X", g.indices([-1, 0])]))
case("Pad: attributes", [2], [1, 2], [7, 1, 2], lambda g: g.node("Pad", ["X"], pads=[1, 0], value=7.0), 2)
for exclusive, reverse, y in ((0, 0, [1, 3, 6, 10]), (1, 0, [0, 1, 3, 6]), (0, 1, [10, 9, 7, 4]), (1, 1, [9, 7, 4, 0])):
    case(f"CumSum: exclusive {exclusive} reverse {reverse}", [4], LINE, y,
         lambda g, e=exclusive, r=reverse: g.node("CumSum", ["X", g.number(0, "int64")], exclusive=e, reverse=r))
EIGHT = [1, 2, 3, 4, 5, 6, 7, 8]
case("DepthToSpace: DCR", [1, 8, 1, 1], EIGHT, [1, 3, 5, 7, 2, 4, 6, 8], lambda g: g.node("DepthToSpace", ["X"], blocksize=2))
case("DepthToSpace: CRD", [1, 8, 1, 1], EIGHT, EIGHT, lambda g: g.node("DepthToSpace", ["X"], blocksize=2, mode="CRD"))
case("SpaceToDepth", [1, 2, 2, 2], EIGHT, [1, 5, 2, 6, 3, 7, 4, 8], lambda g: g.node("SpaceToDepth", ["X"], blocksize=2))
case("Trilu: upper", [2, 2], LINE, [1, 2, 0, 4], lambda g: g.node("Trilu", ["X"]))
case("Trilu: lower", [2, 2], LINE, [1, 0, 3, 4], lambda g: g.node("Trilu", ["X"], upper=0))
case("Trilu: above the diagonal", [2, 2], LINE, [0, 2, 0, 0], lambda g: g.node("Trilu", ["X", g.number(1, "int64")]))


# Resize.
def resize(name, scale, y, **attributes):
    case(f"Resize: {name}", [1, 1, 2], [1, 5], y, lambda g: g.node("Resize", ["X", "", g.constant([3], [1, 1, scale])], **attributes))


resize("nearest", 2, [1, 1, 5, 5], mode="nearest")
resize("linear, half_pixel", 2, [1, 2, 4, 5], mode="linear")
resize("linear, asymmetric", 2, [1, 3, 5, 5], mode="linear", coordinate_transformation_mode="asymmetric")
resize("linear, align_corners", 1.5, [1, 3, 5], mode="linear", coordinate_transformation_mode="align_corners")
resize("nearest, asymmetric, ceil", 2, [1, 5, 5, 5], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="ceil")
resize("nearest, asymmetric, floor", 2, [1, 1, 5, 5], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
resize("antialias", 2, "antialias", mode="linear", antialias=1)


# Quantisation.
def quantised(name, x, y, scale, zero, element, back=False):
    def make(g):
        parts = [g.number(scale), g.number(zero, element)]
        result = g.node("QuantizeLinear", ["X"] + parts)
        return g.node("DequantizeLinear", [result] + parts) if back else real(g, result)

    case(f"QuantizeLinear: {name}", [len(x)], x, y, make)


quantised("halves to even", [0.5, 1.5, 2.5, -0.5], [10, 12, 12, 10], 1, 10, "uint8")
quantised("saturates", [-9, 300], [0, 255], 1, 0, "uint8")
quantised("saturates, int8", [-300, 300], [-128, 127], 1, 0, "int8")
quantised("and back", [0.6, -0.6], [0.5, -0.5], 0.5, 3, "int8", True)
unary("Softplus", [0], "", "Softplus: a name that is no attribute", beta=2.0)
case("an operator that is not known", [1], [0], "NoSuchOperator", lambda g: g.node("NoSuchOperator", ["X"]))
case("an opset that is too new", [1], [0], "opset", lambda g: g.node("Relu", ["X"]), 99)
