import torch
from torch.autograd import Function, gradcheck

class ResidualReluNet(Function):
    @staticmethod
    def forward(ctx, x, w1, b1, w2, b2, y):
        z = w1 * x + b1
        a = torch.relu(z)
        e = (w2 * a).sum() + b2 + x - y
        ctx.save_for_backward(x, w1, w2, z, a, e)
        return 0.5 * e * e

    @staticmethod
    def backward(ctx, up):
        x, w1, w2, z, a, e = ctx.saved_tensors
        e = e * up
        s = (z > 0).to(z.dtype)
        dz = e * w2 * s
        return e + (dz * w1).sum(), dz * x, dz, e * a, e, None

torch.manual_seed(64)
h = 50
f64 = dict(dtype=torch.float64, requires_grad=True)
inputs = (torch.randn((), **f64), torch.randn(h, **f64), torch.randn(h, **f64), torch.randn(h, **f64),
          torch.randn((), **f64), torch.randn((), dtype=torch.float64))

loss = ResidualReluNet.apply(*inputs)
loss.backward()
print("loss", loss.item())
for name, t in zip(["dx", "dW1", "db1", "dW2", "db2"], inputs):
    print(name, "norm", t.grad.norm().item())

print("gradcheck:", gradcheck(ResidualReluNet.apply, inputs, eps=1e-7, atol=1e-5))
