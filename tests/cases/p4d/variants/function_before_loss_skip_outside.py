import torch


class Hidden(torch.autograd.Function):
    @staticmethod
    def forward(ctx, W1, b1, W2, b2, x):
        z = W1 @ x + b1
        ctx.save_for_backward(W1, W2, x, z)
        return W2 @ z.clamp(min=0) + b2

    @staticmethod
    def backward(ctx, g):
        W1, W2, x, z = ctx.saved_tensors
        d = (W2.T @ g) * (z > 0)
        return d @ x.T, d, g @ z.clamp(min=0).T, g, W1.T @ d


torch.manual_seed(8)
args = [torch.randn(s, requires_grad=True) for s in ((6, 1), (6, 1), (1, 6), (1, 1), (1, 1))]
W1, b1, W2, b2, x = args
y = torch.randn(1, 1)
mine = torch.autograd.grad(0.5 * (Hidden.apply(*args) + x - y).pow(2).sum(), args)
auto = torch.autograd.grad(0.5 * (W2 @ torch.relu(W1 @ x + b1) + b2 + x - y).pow(2).sum(), args)
for n, m, a in zip("W1 b1 W2 b2 x".split(), mine, auto):
    print(n, torch.allclose(m, a))
