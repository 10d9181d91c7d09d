import torch
from mytorchlib_xyz.models import SkipMLP
from mytorchlib_xyz.grad import half_squared_error, hidden_delta
from mytorchlib_xyz.report import table

torch.manual_seed(0)
model = SkipMLP(in_dim=1, hidden=16, out_dim=1)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

y_hat, cache = model(x, return_cache=True)
loss = half_squared_error(y_hat, y)
loss.backward()

e = (y_hat - y).detach()
delta = hidden_delta(e, model.W2.detach(), cache.z1)
manual = {
    "b2": e,
    "W2": e @ cache.a1.detach().T,
    "W1": delta @ x.detach().T,
    "b1": delta,
    "x": e + model.W1.detach().T @ delta,
}
auto = {k: getattr(model, k).grad for k in ("b2", "W2", "W1", "b1")}
auto["x"] = x.grad
print(table(manual, auto))
