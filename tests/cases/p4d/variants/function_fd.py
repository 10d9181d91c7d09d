
import torch
def f(x,y,W1,b1,W2,b2): return 0.5*((W2 @ torch.relu(W1@x+b1) + b2 + x - y)**2).sum()
class L(torch.autograd.Function):
    @staticmethod
    def forward(ctx, *a):
        ctx.save_for_backward(*a)
        return f(*a)
    @staticmethod
    def backward(ctx, g):
        a=list(ctx.saved_tensors); out=[]
        for k,t in enumerate(a):
            if k==1: out.append(None); continue
            d=torch.zeros_like(t)
            for j in range(t.numel()):
                p=t.clone(); p.view(-1)[j]+=1e-6
                m=t.clone(); m.view(-1)[j]-=1e-6
                d.view(-1)[j]=(f(*a[:k],p,*a[k+1:])-f(*a[:k],m,*a[k+1:]))/2e-6
            out.append(g*d)
        return tuple(out)
torch.manual_seed(0); torch.set_default_dtype(torch.float64)
h=5
x,y=torch.randn(1,requires_grad=True),torch.randn(1)
W1,b1,W2,b2=[torch.randn(*s,requires_grad=True) for s in ((h,1),(h,),(1,h),(1,))]
ps=(x,W1,b1,W2,b2)
mine=torch.autograd.grad(L.apply(x,y,W1,b1,W2,b2),ps)
auto=torch.autograd.grad(f(x,y,W1,b1,W2,b2),ps)
for n,a,b in zip('x W1 b1 W2 b2'.split(),mine,auto): print(n,(a-b).abs().max())
