import torch
from torch.func import grad

def init(h, gen):
    r = lambda *s: torch.randn(*s, generator=gen)
    return {"W1": r(h, 1), "b1": r(h), "W2": r(1, h), "b2": r(1)}

def predict(params, x):
    a = torch.relu(params["W1"] @ x + params["b1"])
    return params["W2"] @ a + params["b2"] + x

def loss_fn(params, x, y):
    return 0.5 * torch.sum((predict(params, x) - y) ** 2)

def manual_grad(params, x, y):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    z = W1 @ x + b1
    a = torch.relu(z)
    r = W2 @ a + b2 + x - y                  # residual, shape (1,)
    dz = (W2.T @ r) * torch.heaviside(z, torch.zeros(()))
    dparams = {"W1": torch.outer(dz, x), "b1": dz, "W2": torch.outer(r, a), "b2": r}
    dx = r + W1.T @ dz
    return dparams, dx

gen = torch.Generator().manual_seed(6923)
params = init(16, gen)
x, y = torch.randn(1, generator=gen), torch.randn(1, generator=gen)

ad_params, ad_x = grad(loss_fn, argnums=(0, 1))(params, x, y)
my_params, my_x = manual_grad(params, x, y)

for k in params:
    print(k, torch.allclose(ad_params[k], my_params[k], rtol=1e-4, atol=1e-6))
print("x", torch.allclose(ad_x, my_x, rtol=1e-4, atol=1e-6))
