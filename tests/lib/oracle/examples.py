"""Examples of PyTorch's documentation, in the library's words, and the edges of each function."""

import torch

from ops import DTYPES

nan, inf = float('nan'), float('inf')
ODD = [nan, inf, -inf, 0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1.5, 2.5, -0.75, 30.0, 1e30, 1e-30]
UNARY = (
    'neg exp log sqrt abs tanh sigmoid erf relu square reciprocal expm1 log1p log2 log10 exp2 rsqrt '
    'floor ceil round trunc sign isnan isinf isfinite logicalNot silu gelu softplus logSigmoid elu leakyRelu'
).split()


def f32(*values):
    return torch.tensor(values, dtype=torch.float32)


def i64(values):
    return torch.tensor(values, dtype=torch.int64)


def grid(*shape):
    """Unequal numbers of both signs."""
    n = int(torch.tensor(shape).prod())
    return ((torch.arange(n) * 7919 % 23 - 11) / 4 + torch.arange(n) / 64).reshape(shape).float()


def examples(program):
    out = []

    def add(name, inputs, *steps, with_grad=None):
        out.append(program(name, inputs, [list(s) for s in steps], with_grad))

    # edges: every function of one element at every odd value, and at nothing and a scalar
    for op in UNARY:
        add(f'{op} of odd values', [f32(*ODD)], (op, [0], []), with_grad=False)
        add(f'{op} of nothing', [torch.zeros(0, 3)], (op, [0], []))
        add(f'{op} of a scalar', [torch.tensor(0.7)], (op, [0], []))
    for op in 'add sub mul div pow remainder floorDivide maximum minimum eq lt le'.split():
        odd = f32(*ODD[:11])
        add(f'{op} of odd pairs', [odd.reshape(-1, 1), odd], (op, [0, 1], []), with_grad=False)
    smooth = f32(-2.5, -0.6, 0.3, 1.7, 0.0, 25.0)
    for op in UNARY[-6:] + ['sigmoid', 'tanh', 'expm1', 'relu', 'abs', 'square']:
        add(f'slope of {op}', [smooth], (op, [0], []))
    add('gelu, tanh', [smooth], ('gelu', [0], [{'approximate': 'tanh'}]))
    add('softplus with beta', [smooth], ('softplus', [0], [{'beta': 2, 'threshold': 1}]))
    add('elu with alpha', [smooth], ('elu', [0], [{'alpha': 0.5}]))
    for op in ('log', 'log1p', 'log2', 'log10', 'sqrt', 'rsqrt', 'reciprocal', 'exp2'):
        add(f'slope of {op}', [f32(0.3, 1.7, 5)], (op, [0], []))
    for op in ('remainder', 'div', 'pow'):
        add(f'slope of {op}', [f32(5.3, 2.2, 7), f32(2, 3, 1.5)], (op, [0, 1], []))
    add('slope of a remainder below 0', [f32(-5.3, 5.3), f32(2, -2)], ('remainder', [0, 1], []))

    # promotion: all pairs of types, of tensors with dimensions, scalars and plain numbers
    for a, one in DTYPES.items():
        for b, two in DTYPES.items():
            if {a, b} == {'int8', 'uint8'}:
                continue  # PyTorch's int16, which we do not have
            x, y = torch.tensor([1, 0, 3]).to(one), torch.tensor([1, 1, 2]).to(two)
            add(f'{a} + {b}', [x, y], ('add', [0, 1], []), with_grad=False) if (a, b) != ('bool', 'bool') else None
            add(f'{a} · {b} scalar', [x, y[2]], ('mul', [0, 1], []), with_grad=False) if (a, b) != ('bool', 'bool') else None
        add(f'{a} / 2', [x], ('div', [0], [2]), with_grad=False)
        add(f'{a} + 2', [x], ('add', [0], [2]), with_grad=False)
        add(f'{a} · 0.5', [x], ('mul', [0], [0.5]), with_grad=False)
        for b in DTYPES:
            add(f'{a} as {b}', [torch.tensor([0, 1, 100, 3]).to(one)], ('cast', [0], [b]), with_grad=False)
        add(f'sum of {a}', [x], ('sum', [0], [0]), with_grad=False)
        if a != 'bool':
            add(f'order of {a}', [x], ('sort.values', [0], [0, {'descending': True}]), with_grad=False)
        add(f'any of {a}', [x.reshape(3, 1)], ('any', [0], [1]), with_grad=False) if a != 'uint8' else None
    add('int8 wraps', [torch.tensor([100, -100], dtype=torch.int8)], ('add', [0], [100]))
    add('uint8 wraps', [torch.tensor([200, 3], dtype=torch.uint8)], ('mul', [0], [2]))
    add('negative numbers as uint8', [torch.tensor([-1, -300, 300])], ('cast', [0], ['uint8']))
    add('float16 rounds', [f32(0.1, 1000.3, 70000, 6e-8, 2049)], ('cast', [0], ['float16']), with_grad=False)
    integers = [i64([7, -7, 0, 3]).reshape(-1, 1), i64([2, -3, 5, -1])]
    for op in ('remainder', 'floorDivide'):
        add(f'{op} of integers', integers, (op, [0, 1], []))

    # reductions
    odd = f32(*ODD).reshape(3, 5)
    for op in ('sum', 'max', 'min', 'logsumexp', 'any', 'all'):
        add(f'{op} of odd values', [odd], (op, [0], [1]), with_grad=False)
        if op not in ('max', 'min'):
            add(f'{op} of nothing', [torch.zeros(2, 0)], (op, [0], [1]), with_grad=False)
    add('mean of nothing', [torch.zeros(2, 0)], ('mean', [0], [1]), with_grad=False)
    add('prod of nothing', [torch.zeros(2, 0)], ('prod', [0], [1]), with_grad=False)
    for op in ('argmax', 'argmin', 'argsort'):
        add(f'{op} of odd values', [odd], (op, [0], [1]))
    for p in (0, 1, 2, 3, 'Infinity', '-Infinity', 0.5):
        add(f'norm, p = {p}', [grid(2, 3)], ('norm', [0], [1, {'p': p}]))
    add('var, correction 0', [grid(2, 3)], ('var', [0], [1, {'correction': 0}]))
    add('std of all', [grid(2, 3)], ('std', [0], []))
    add('var of one', [f32(3)], ('var', [0], [0]), with_grad=False)
    add('cumprod with a zero', [f32(2, 0, 3, -1)], ('cumprod', [0], [0]))
    add('prod with two zeros', [f32(2, 0, 3, 0)], ('prod', [0], [0]))
    add('cumsum of columns', [grid(3, 2)], ('cumsum', [0], [0]))
    add('max of equal numbers', [f32(1, 3, 3)], ('max', [0], [0]))

    # order
    add('sort', [grid(3, 4)], ('sort.values', [0], []))
    add('sort indices', [grid(3, 4)], ('sort.indices', [0], [0]))
    add('sort keeps the order of equal ones', [torch.tensor([0, 1] * 9).float()], ('argsort', [0], []))
    add('argsort, descending', [f32(1, 3, 3, nan, 2, inf, nan)], ('argsort', [0], [-1, {'descending': True}]))
    add('topk', [torch.arange(1.0, 6.0)], ('topk.values', [0], [3]))
    add('topk indices', [torch.arange(1.0, 6.0)], ('topk.indices', [0], [3]))
    add('topk, smallest', [grid(2, 5)], ('topk.values', [0], [2, 1, {'largest': False}]))
    add('topk of columns', [grid(4, 3)], ('topk.indices', [0], [2, 0]))
    add('sort of a scalar', [torch.tensor(3.0)], ('sort.values', [0], []))

    # movement
    x = torch.tensor([1, 2, 3, 4, 5, 6, 7, 8.0]).view(4, 2)
    add('roll', [x], ('roll', [0], [1]))
    add('roll rows', [x], ('roll', [0], [1, 0]))
    add('roll back', [x], ('roll', [0], [-1, 0]))
    add('roll both', [x], ('roll', [0], [[2, 1], [0, 1]]))
    add('flip', [torch.arange(8.0).view(2, 2, 2)], ('flip', [0], [[0, 1]]))
    add('tile', [f32(1, 2, 3)], ('tile', [0], [[2]]))
    add('tile a matrix', [f32(1, 2, 3, 4).view(2, 2)], ('tile', [0], [[2, 2]]))
    add('tile, fewer', [grid(2, 3)], ('tile', [0], [[2]]))
    add('repeat', [f32(1, 2, 3)], ('repeat', [0], [[4, 2]]))
    add('repeat nothing', [f32(1, 2, 3)], ('repeat', [0], [[0, 2]]), with_grad=False)
    add('repeatInterleave', [f32(1, 2, 3)], ('repeatInterleave', [0], [2]))
    add('repeatInterleave rows', [f32(1, 2, 3, 4).view(2, 2)], ('repeatInterleave', [0], [3, 1]))
    add('movedim', [grid(3, 2, 1)], ('movedim', [0], [1, 0]))
    add('movedim of two', [grid(3, 2, 1)], ('movedim', [0], [[1, 2], [0, 1]]))
    add('diagonal', [grid(3, 3)], ('diagonal', [0], []))
    add('diagonal above', [grid(3, 3)], ('diagonal', [0], [1]))
    add('diagonal of a batch', [grid(2, 5, 4, 2)], ('diagonal', [0], [-1, 1, 2]))
    add('diagonal outside', [grid(2, 3)], ('diagonal', [0], [5]), with_grad=False)
    for k in (0, 1, -2):
        add(f'diag of a vector, {k}', [grid(3)], ('diag', [0], [k]))
        add(f'diag of a matrix, {k}', [grid(3, 4)], ('diag', [0], [k]))
        add(f'tril, {k}', [grid(3, 4)], ('tril', [0], [k]))
        add(f'triu, {k}', [grid(2, 3, 3)], ('triu', [0], [k]))
    t4d = grid(1, 2, 4, 2)
    add('pad', [t4d], ('pad', [0], [[1, 1]]))
    add('pad two dimensions', [t4d], ('pad', [0], [[1, 1, 2, 2]]))
    add('pad three dimensions', [t4d], ('pad', [0], [[0, 1, 2, 1, 1, 2], {'value': -1.5}]))
    add('pad cuts', [grid(3, 4)], ('pad', [0], [[-1, 2, 1, -1]]))
    add('pad integers', [i64([[1, 2]])], ('pad', [0], [[1, 0], {'value': 7}]))
    for mode in ('reflect', 'replicate', 'circular'):
        add(f'pad, {mode}', [grid(1, 2, 4)], ('pad', [0], [[2, 1], {'mode': mode}]))
    for i in range(2):
        add(f'meshgrid {i}', [f32(1, 2, 3), f32(4, 5)], (f'meshgrid.{i}', [0, 1], []))
        add(f'meshgrid, xy, {i}', [f32(1, 2, 3), f32(4, 5)], (f'meshgrid.{i}', [0, 1], [{'indexing': 'xy'}]))
    add('outer', [torch.arange(1.0, 5.0), torch.arange(1.0, 4.0)], ('outer', [0, 1], []))
    for i in range(3):
        add(f'chunk {i}', [grid(2, 7)], (f'chunk.{i}', [0], [3, 1]))
        add(f'split {i}', [grid(5, 2)], (f'split.{i}', [0], [2]))

    # indexing
    y = grid(3, 4, 2)
    rows, columns = i64([0, 2, -1]), i64([3, 0, 1])
    for items in (
        [1], [-1, [1, 3]], ['...', 0], [None, 0], [[None, -1]], [':', [0, None, 2]], [[1, None], None, '...'],
        [0, 1, 1], [[-2, 100]], [[2, 1]], [':', ':', ':', None],
    ):
        add(f'index {items}', [y], ('index', [0], items))
    a, b = {'t': 1}, {'t': 2}
    for items in ([a], [':', a], [a, b], [a, ':', 0], [0, a], [a, ':', i64([1, 0, 1])], ['...', a], [[1, None], a],
                  [None, a, b], [':', a, None, 0]):
        inputs = [y, rows % 2, columns % 2]
        plain = [{'t': 2} if isinstance(item, torch.Tensor) else item for item in items]
        add(f'index {plain} of lists', inputs, ('index', [0, 1, 2], plain))
    add('index broadcasts', [y, i64([[0], [2]]), columns], ('index', [0, 1, 2], [a, b]))
    add('index by a scalar', [y, torch.tensor(1)], ('index', [0, 1], [':', a]))
    mask = torch.tensor([[True, False, True, False], [False] * 4, [True] * 4])
    add('index by a mask', [y, mask], ('index', [0, 1], [a]))
    add('index by a mask of one dimension', [y, torch.tensor([True, False, True])], ('index', [0, 1], [a, 0]))
    add('gather', [f32(1, 2, 3, 4).view(2, 2), i64([[0, 0], [1, 0]])], ('gather', [0, 1], [1]))
    src = torch.arange(1.0, 11.0).view(2, 5)
    add('scatter', [torch.zeros(3, 5), i64([[0, 1, 2, 0]]), src], ('scatter', [0, 1, 2], [0]), with_grad=False)
    add('scatter columns', [torch.zeros(3, 5), i64([[0, 1, 2], [0, 1, 4]]), src], ('scatter', [0, 1, 2], [1]), with_grad=False)
    add('scatter a number', [torch.full((2, 4), 2.0), i64([[2], [3]])], ('scatter', [0, 1], [1, 1.23]))
    add('scatterAdd', [torch.ones(3, 5), i64([[0, 1, 2, 0, 0], [0, 1, 2, 2, 2]]), src], ('scatterAdd', [0, 1, 2], [0]))
    t = torch.arange(1.0, 10.0).view(3, 3)
    add('indexAdd', [torch.ones(5, 3), i64([0, 4, 2]), t], ('indexAdd', [0, 1, 2], [0]))
    add('indexAdd, alpha', [torch.ones(5, 3), i64([0, 4, 0]), t], ('indexAdd', [0, 1, 2], [0, {'alpha': -1}]))
    add('oneHot', [torch.arange(0, 5) % 3], ('oneHot', [0], [5]))

    # products
    for formula, *shapes in (
        ('ii', (4, 4)), ('ii->i', (4, 4)), ('i,j->ij', (5,), (4,)), ('bij,bjk->bik', (3, 2, 5), (3, 5, 4)),
        ('sbn,nm,sm->sb', (2, 3, 4), (4, 5), (2, 5)), ('...ij->...ji', (2, 3, 4)), ('ij', (2, 3)), ('ba', (2, 3)),
        ('bn,anm,bm->ba', (2, 3), (4, 3, 2), (2, 2)), ('...ij,...jk->...ik', (2, 1, 2, 3), (4, 3, 2)), ('ij,j', (2, 3), (3,)),
        ('i,i', (3,), (3,)), ('i,i->i', (3,), (3,)), ('ij,ij->', (2, 3), (2, 3)), ('ij->', (2, 3)), ('ij->j', (2, 3)),
        ('iij->j', (3, 3, 2)), ('iij,j->i', (3, 3, 2), (2,)), ('abc,cd,de->abe', (2, 1, 3), (3, 2), (2, 4)),
        ('bhid,bhjd->bhij', (2, 2, 3, 4), (2, 2, 5, 4)), ('...,...->...', (2, 3), (3,)), ('i...->...i', (2, 3)),
        ('ab,ab,ab->a', (2, 3), (2, 3), (2, 3)), ('iijj->ij', (2, 2, 3, 3)), (' i j , j k -> i k ', (2, 3), (3, 2)),
        ('ij,jk->ik', (1, 3), (1, 4)), ('aabb,b', (2, 2, 3, 3), (3,)), ('...i,i', (2, 3), (3,)), ('i,i->', (0,), (0,)),
    ):
        places = list(range(len(shapes)))
        add(f'einsum {formula}', [grid(*s) / (i + 1) for i, s in enumerate(shapes)], ('einsum', places, [formula]))
    for options, groups in (({}, 1), ({'stride': 2}, 1), ({'padding': 2, 'dilation': 2}, 1), ({'groups': 2}, 2),
                            ({'padding': 'same'}, 1), ({'stride': 3, 'padding': 1, 'groups': 2}, 2)):
        kernel = grid(6, 4 // groups, 4) / 4
        add(f'conv1d {options}', [grid(2, 4, 9), kernel, grid(6)], ('conv1d', [0, 1, 2], [options]))
    add('conv1d of one sequence', [grid(3, 7), grid(2, 3, 1)], ('conv1d', [0, 1], []))
    q, k, v = grid(2, 3, 4) / 4, grid(2, 5, 4) / 3, grid(2, 5, 2)
    add('attention', [q, k, v], ('scaledDotProductAttention', [0, 1, 2], []))
    add('attention, causal', [q, k, v], ('scaledDotProductAttention', [0, 1, 2], [{'isCausal': True}]))
    add('softmax of odd rows', [f32(1, 2, -inf, inf, 1, 2).view(2, 3)], ('softmax', [0], [1]), with_grad=False)
    add('embedding', [grid(4, 3), i64([[1, 3], [1, 0]])], ('embedding', [0, 1], []))
    add('cosineSimilarity', [grid(3, 4), grid(4, 3).reshape(3, 4)], ('cosineSimilarity', [0, 1], [{'dim': 1}]))
    add('layerNorm', [grid(2, 4), grid(4), grid(4) / 2], ('layerNorm', [0, 1, 2], []))
    add('rmsNorm', [grid(2, 4), grid(4)], ('rmsNorm', [0, 1], []))
    add('rmsNorm of zeros', [torch.zeros(1, 3)], ('rmsNorm', [0], [{'eps': 1e-6}]))

    # losses
    logits, weight = grid(4, 5), f32(0.5, 1, 2, 0, 1.5)
    targets = i64([1, 0, 4, -100])
    probabilities = torch.softmax(grid(5, 4).reshape(4, 5), 1)
    for reduction in ('mean', 'sum', 'none'):
        o = {'reduction': reduction}
        add(f'crossEntropy, {reduction}', [logits, targets], ('crossEntropy', [0, 1], [o]))
        add(f'crossEntropy, weights, {reduction}', [logits, targets, weight], ('crossEntropy', [0, 1, 2], [o]))
        smooth = {**o, 'labelSmoothing': 0.1, 'ignoreIndex': 4}
        add(f'crossEntropy, smooth, {reduction}', [logits, targets.clamp(0), weight], ('crossEntropy', [0, 1, 2], [smooth]))
        add(f'crossEntropy, smooth, no weights, {reduction}', [logits, targets], ('crossEntropy', [0, 1], [{**o, 'labelSmoothing': 0.3}]))
        add(f'crossEntropy of probabilities, {reduction}', [logits, probabilities, weight], ('crossEntropy', [0, 1, 2], [{**o, 'labelSmoothing': 0.2}]))
        add(f'nllLoss, {reduction}', [logits, targets, weight], ('nllLoss', [0, 1, 2], [o]))
        for op in ('mseLoss', 'l1Loss', 'smoothL1Loss'):
            add(f'{op}, {reduction}', [grid(2, 3), grid(3, 2).reshape(2, 3) + 0.1], (op, [0, 1], [o]))
        p, t = torch.sigmoid(grid(2, 3)), torch.sigmoid(grid(3, 2).reshape(2, 3))
        add(f'bceLoss, {reduction}', [p, t, grid(3).abs()], ('bceLoss', [0, 1, 2], [o]))
        add(f'bceWithLogitsLoss, {reduction}', [grid(2, 3), t, grid(3).abs()], ('bceWithLogitsLoss', [0, 1, 2], [o]))
        add(f'klDiv, {reduction}', [torch.log(p), t], ('klDiv', [0, 1], [o]))
    add('crossEntropy of sequences', [grid(2, 3, 5), i64([[1, 2, 0], [4, 4, -100]])], ('crossEntropy', [0, 1], []))
    add('crossEntropy, nothing counts', [logits, i64([-100] * 4)], ('crossEntropy', [0, 1], []), with_grad=False)
    add('bceLoss at the ends', [f32(0, 1, 0, 1), f32(0, 1, 1, 0)], ('bceLoss', [0, 1], [{'reduction': 'none'}]), with_grad=False)
    add('bceWithLogitsLoss far out', [f32(-200, 200, -200, 200), f32(0, 1, 1, 0)], ('bceWithLogitsLoss', [0, 1], [{'reduction': 'none'}]))
    add('klDiv, batchmean', [torch.log(p), t], ('klDiv', [0, 1], [{'reduction': 'batchmean'}]))
    add('klDiv of logarithms', [torch.log(p), torch.log(t)], ('klDiv', [0, 1], [{'logTarget': True}]))
    add('klDiv with zeros', [torch.log(f32(0.5, 0.5)), f32(0, 1)], ('klDiv', [0, 1], [{'reduction': 'sum'}]), with_grad=False)
    return out
