import torch as t

t.manual_seed(8)
n = 6
w = t.normal(0, 1, (n, 1)); w.requires_grad = True
b = t.normal(0, 1, (n, 1)); b.requires_grad = True
v = t.normal(0, 1, (1, n)); v.requires_grad = True
c = t.normal(0, 1, (1, 1)); c.requires_grad = True
x = t.normal(0, 1, (1, 1)); x.requires_grad = True
y = t.normal(0, 1, (1, 1))

u = w.mm(x) + b
r = u.clone()
r = r.clamp_min(0)
o = v.mm(r) + c + x
res = y - o                     # residual (target - prediction)
J = 0.5*res*res
J.sum().backward()

# ------- by hand ; note the minus because res = y - o -------
res = res.detach(); u = u.detach(); r = r.detach()
grad_c = -res
grad_v = -res.mm(r.t())
grad_u = -v.detach().t().mm(res)
grad_u[u < 0] = 0
grad_b = grad_u
grad_w = grad_u.mm(x.detach().t())
grad_x = -res + w.detach().t().mm(grad_u)

print('            manual vs autograd')
print('c:', grad_c.squeeze().tolist(), c.grad.squeeze().tolist())
print('v:', grad_v.squeeze().tolist(), v.grad.squeeze().tolist())
print('b:', grad_b.squeeze().tolist(), b.grad.squeeze().tolist())
print('w:', grad_w.squeeze().tolist(), w.grad.squeeze().tolist())
print('x:', grad_x.squeeze().tolist(), x.grad.squeeze().tolist())
tot = sum((m - q.grad).pow(2).sum() for m, q in ((grad_c, c), (grad_v, v), (grad_b, b), (grad_w, w), (grad_x, x)))
print('total squared difference:', tot.item())
