"""The op vocabulary in PyTorch, under the library's names and with its arguments."""

import torch
import torch.nn.functional as F


def number(arg):
    """JSON has no word for NaN."""
    return float(arg) if isinstance(arg, str) else arg


def unary(name):
    return lambda xs: getattr(torch, name)(xs[0])


def binary(f):
    """On two tensors, or on a tensor and a number in `args`."""
    return lambda xs, *args: f(xs[0], xs[1] if len(xs) > 1 else args[0])


def reduce(f):
    def call(xs, dim=None, options=None):
        keep = (options or {}).get('keepdim', False)
        dims = list(range(xs[0].ndim)) if dim is None else dim
        return f(xs[0], dims, keep)

    return call


def prod(x, dims, keep):
    dims = [dims] if isinstance(dims, int) else dims
    for dim in sorted((d % max(1, x.ndim) for d in dims), reverse=True):
        x = torch.prod(x, dim, keepdim=keep)
    return x


def norm(xs, dim=None, options=None):
    options = options or {}
    p = {'Infinity': float('inf'), '-Infinity': float('-inf')}.get(options.get('p'), options.get('p', 2))
    return torch.linalg.vector_norm(xs[0], p, dim, options.get('keepdim', False))


def variance(f):
    def call(xs, dim=None, options=None):
        options = options or {}
        return f(xs[0], dim, correction=options.get('correction', 1), keepdim=options.get('keepdim', False))

    return call




def sort(which):
    def call(xs, dim=-1, options=None):
        descending = (options or {}).get('descending', False)
        return getattr(torch.sort(xs[0], dim=dim, descending=descending, stable=True), which)

    return call


def topk(which):
    """By a stable sort: torch.topk leaves the order of equal elements open."""

    def call(xs, k, dim=-1, options=None):
        largest = (options or {}).get('largest', True)
        found = torch.sort(xs[0], dim=dim, descending=largest, stable=True)
        return getattr(found, which).narrow(dim, 0, k)

    return call


def pad(xs, padding, options=None):
    options = options or {}
    return F.pad(xs[0], padding, options.get('mode', 'constant'), options.get('value'))


def conv1d(xs, options=None):
    options = options or {}
    return F.conv1d(
        xs[0], xs[1], xs[2] if len(xs) > 2 else None,
        stride=options.get('stride', 1), padding=options.get('padding', 0),
        dilation=options.get('dilation', 1), groups=options.get('groups', 1),
    )


def classes_first(logits):
    return logits.movedim(-1, 1) if logits.ndim > 1 else logits


def cross_entropy(xs, options=None):
    options = options or {}
    target = classes_first(xs[1]) if xs[1].is_floating_point() else xs[1]
    return F.cross_entropy(
        classes_first(xs[0]), target, weight=xs[2] if len(xs) > 2 else None,
        ignore_index=options.get('ignoreIndex', -100), reduction=options.get('reduction', 'mean'),
        label_smoothing=options.get('labelSmoothing', 0),
    )


def nll(xs, options=None):
    options = options or {}
    return F.nll_loss(
        classes_first(xs[0]), xs[1], weight=xs[2] if len(xs) > 2 else None,
        ignore_index=options.get('ignoreIndex', -100), reduction=options.get('reduction', 'mean'),
    )


def pair_loss(f):
    return lambda xs, options=None: f(xs[0], xs[1], reduction=(options or {}).get('reduction', 'mean'))


def bce(f):
    def call(xs, options=None):
        weight = xs[2] if len(xs) > 2 else None
        return f(xs[0], xs[1], weight=weight, reduction=(options or {}).get('reduction', 'mean'))

    return call


def kl_div(xs, options=None):
    options = options or {}
    return F.kl_div(
        xs[0], xs[1], reduction=options.get('reduction', 'mean'), log_target=options.get('logTarget', False)
    )


def index(xs, *items):
    """A list is a range, {'t': i} the tensor xs[i]; see slicing.ts."""
    decoded = []
    for item in items:
        if isinstance(item, list):
            decoded.append(slice(*(item + [None] * (2 - len(item)))))
        elif isinstance(item, dict):
            decoded.append(xs[item['t']])
        else:
            decoded.append({':': slice(None), '...': Ellipsis}.get(item, item) if isinstance(item, str) else item)
    return xs[0][tuple(decoded)]


def softplus(xs, options=None):
    options = options or {}
    return F.softplus(xs[0], options.get('beta', 1), options.get('threshold', 20))


def last_norm(f):
    def call(xs, options=None):
        weight = xs[1] if len(xs) > 1 else None
        eps = (options or {}).get('eps')
        if f is F.layer_norm:
            bias = xs[2] if len(xs) > 2 else None
            return f(xs[0], xs[0].shape[-1:], weight, bias, 1e-5 if eps is None else eps)
        return f(xs[0], xs[0].shape[-1:], weight, eps)

    return call


DTYPES = {
    'float32': torch.float32, 'float16': torch.float16, 'int64': torch.int64, 'int32': torch.int32,
    'int8': torch.int8, 'uint8': torch.uint8, 'bool': torch.bool,
}

OPS = {
    **{name: unary(name) for name in (
        'neg exp log sqrt abs sin cos tanh sigmoid erf relu square reciprocal expm1 log1p log2 log10 exp2 '
        'rsqrt floor ceil round trunc sign isnan isinf isfinite'
    ).split()},
    'logicalNot': unary('logical_not'),
    'silu': lambda xs: F.silu(xs[0]),
    'logSigmoid': lambda xs: F.logsigmoid(xs[0]),
    'softplus': softplus,
    'gelu': lambda xs, o=None: F.gelu(xs[0], approximate=(o or {}).get('approximate', 'none')),
    'elu': lambda xs, o=None: F.elu(xs[0], (o or {}).get('alpha', 1)),
    'leakyRelu': lambda xs, o=None: F.leaky_relu(xs[0], (o or {}).get('negativeSlope', 0.01)),
    'add': binary(torch.add), 'sub': binary(torch.sub), 'mul': binary(torch.mul),
    'div': binary(torch.div), 'pow': binary(torch.pow),
    'remainder': binary(torch.remainder), 'floorDivide': binary(torch.floor_divide),
    'maximum': binary(torch.maximum), 'minimum': binary(torch.minimum),
    'eq': binary(torch.eq), 'ne': binary(torch.ne), 'lt': binary(torch.lt), 'le': binary(torch.le),
    'gt': binary(torch.gt), 'ge': binary(torch.ge),
    'logicalAnd': binary(torch.logical_and), 'logicalOr': binary(torch.logical_or),
    'clamp': lambda xs, lo=None, hi=None: torch.clamp(*xs, *([number(lo), hi] if len(xs) == 1 else [])),
    'cast': lambda xs, dtype: xs[0].to(DTYPES[dtype]),
    'where': lambda xs, *args: torch.where(xs[0], *xs[1:], *args),
    'maskedFill': lambda xs, value: xs[0].masked_fill(xs[1], value),
    'sum': reduce(lambda x, d, k: torch.sum(x, d, k)),
    'mean': reduce(lambda x, d, k: torch.mean(x, d, k)),
    'max': reduce(lambda x, d, k: torch.amax(x, d, k)),
    'min': reduce(lambda x, d, k: torch.amin(x, d, k)),
    'prod': reduce(prod),
    'any': reduce(lambda x, d, k: torch.any(x, d, k)),
    'all': reduce(lambda x, d, k: torch.all(x, d, k)),
    'logsumexp': reduce(lambda x, d, k: torch.logsumexp(x, d, k)),
    'var': variance(torch.var), 'std': variance(torch.std), 'norm': norm,
    'argmax': lambda xs, d=None, o=None: torch.argmax(xs[0], d, (o or {}).get('keepdim', False)),
    'argmin': lambda xs, d=None, o=None: torch.argmin(xs[0], d, (o or {}).get('keepdim', False)),
    'cumsum': lambda xs, d: torch.cumsum(xs[0], d), 'cumprod': lambda xs, d: torch.cumprod(xs[0], d),
    'sort.values': sort('values'), 'sort.indices': sort('indices'),
    'argsort': sort('indices'), 'topk.values': topk('values'), 'topk.indices': topk('indices'),
    'softmax': lambda xs, d: torch.softmax(xs[0], d),
    'logSoftmax': lambda xs, d: torch.log_softmax(xs[0], d),
    'layerNorm': last_norm(F.layer_norm), 'rmsNorm': last_norm(F.rms_norm),
    'matmul': lambda xs: torch.matmul(*xs), 'dot': lambda xs: torch.dot(*xs),
    'outer': lambda xs: torch.outer(*xs), 'einsum': lambda xs, f: torch.einsum(f, *xs),
    'conv1d': conv1d,
    'scaledDotProductAttention': lambda xs, o=None: F.scaled_dot_product_attention(
        *xs, is_causal=(o or {}).get('isCausal', False), scale=(o or {}).get('scale'),
        enable_gqa=(o or {}).get('enableGqa', False)),
    'cosineSimilarity': lambda xs, o: F.cosine_similarity(*xs, dim=o['dim']),
    'embedding': lambda xs: F.embedding(xs[1], xs[0]),
    'reshape': lambda xs, s: xs[0].reshape(s), 'view': lambda xs, s: xs[0].reshape(s),
    'flatten': lambda xs, a=0, b=-1: torch.flatten(xs[0], a, b),
    'permute': lambda xs, d: xs[0].permute(d), 'transpose': lambda xs, a, b: xs[0].transpose(a, b),
    'movedim': lambda xs, a, b: torch.movedim(xs[0], a, b),
    'squeeze': lambda xs, *d: torch.squeeze(xs[0], *d), 'unsqueeze': lambda xs, d: xs[0].unsqueeze(d),
    'expand': lambda xs, s: xs[0].expand(s),
    'repeat': lambda xs, r: xs[0].repeat(r), 'tile': lambda xs, r: xs[0].tile(r),
    'repeatInterleave': lambda xs, n, d=None: torch.repeat_interleave(xs[0], n, d),
    'cat': lambda xs, d=0: torch.cat(xs, d), 'stack': lambda xs, d=0: torch.stack(xs, d),
    **{f'split.{i}': (lambda i: lambda xs, n, d=0: torch.split(xs[0], n, d)[i])(i) for i in range(3)},
    **{f'chunk.{i}': (lambda i: lambda xs, n, d=0: torch.chunk(xs[0], n, d)[i])(i) for i in range(3)},
    **{f'meshgrid.{i}': (lambda i: lambda xs, o=None: torch.meshgrid(
        *xs, indexing=(o or {}).get('indexing', 'ij'))[i])(i) for i in range(3)},
    'narrow': lambda xs, d, s, n: xs[0].narrow(d, s, n), 'select': lambda xs, d, i: xs[0].select(d, i),
    'flip': lambda xs, d: torch.flip(xs[0], [d] if isinstance(d, int) else d),
    'roll': lambda xs, s, d=None: torch.roll(xs[0], s, d),
    'pad': pad, 'tril': lambda xs, k=0: torch.tril(xs[0], k), 'triu': lambda xs, k=0: torch.triu(xs[0], k),
    'diagonal': lambda xs, o=0, a=0, b=1: torch.diagonal(xs[0], o, a, b),
    'diag': lambda xs, k=0: torch.diag(xs[0], k),
    'index': index,
    'gather': lambda xs, d: torch.gather(xs[0], d, xs[1]),
    'indexSelect': lambda xs, d: torch.index_select(xs[0], d, xs[1]),
    'scatter': lambda xs, d, *v: torch.scatter(xs[0], d, xs[1], xs[2] if len(xs) > 2 else v[0]),
    'scatterAdd': lambda xs, d: torch.scatter_add(xs[0], d, xs[1], xs[2]),
    'indexAdd': lambda xs, d, o=None: torch.index_add(xs[0], d, xs[1], xs[2], alpha=(o or {}).get('alpha', 1)),
    'oneHot': lambda xs, n: F.one_hot(xs[0], n),
    'crossEntropy': cross_entropy, 'nllLoss': nll, 'klDiv': kl_div,
    'mseLoss': pair_loss(F.mse_loss), 'l1Loss': pair_loss(F.l1_loss),
    'smoothL1Loss': lambda xs, o=None: F.smooth_l1_loss(
        xs[0], xs[1], reduction=(o or {}).get('reduction', 'mean'), beta=(o or {}).get('beta', 1)),
    'bceLoss': bce(F.binary_cross_entropy),
    'bceWithLogitsLoss': bce(F.binary_cross_entropy_with_logits),
}
