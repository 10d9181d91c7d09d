"""P4(d): everything is a stream. cases() -> gradients() -> differences() -> report."""
import torch

DT = torch.float64


def cases(n, h_values, seed):
    torch.manual_seed(seed)
    for h in h_values:
        for _ in range(n):
            yield {k: torch.randn(s, dtype=DT) for k, s in dict(W1=(h, 1), b1=(h,), W2=(1, h), b2=(), x=(), y=()).items()}


def derived(c):
    """yields (name, formula value)"""
    pre = c['W1'][:, 0] * c['x'] + c['b1']
    post = torch.clip(pre, 0, None)
    err = c['W2'][0].dot(post) + c['b2'] + c['x'] - c['y']
    yield 'b2', err
    yield 'W2', err * post
    back = err * c['W2'][0] * torch.gt(post, 0)
    yield 'b1', back
    yield 'W1', back * c['x']
    yield 'x', err + back.dot(c['W1'][:, 0])


def differentiated(c):
    """yields (name, autograd value)"""
    leaves = {k: v.clone().requires_grad_() for k, v in c.items() if k != 'y'}
    pre = leaves['W1'] * leaves['x'] + leaves['b1'][:, None]
    yhat = (leaves['W2'] @ pre.relu()).reshape(()) + leaves['b2'] + leaves['x']
    loss = (yhat - c['y']) ** 2 / 2
    loss.backward()
    for k in ('b2', 'W2', 'b1', 'W1', 'x'):
        yield k, leaves[k].grad.reshape(-1)


def differences(stream):
    for i, c in enumerate(stream):
        for (k, f), (k2, a) in zip(derived(c), differentiated(c)):
            assert k == k2
            yield i, len(c['b1']), k, (f.reshape(-1) - a).abs().max().item()


if __name__ == '__main__':
    bad = 0
    total = 0
    for i, h, k, d in differences(cases(20, (1, 2, 10), seed=31)):
        total += 1
        if d > 1e-11:
            bad += 1
            print(f'case {i} (h={h}) d{k}: {d:.3e}')
    print(f'{total - bad} of {total} gradients agree with autograd within 1e-11')
